/** Two people, and conversations to measure with: all by the public API. */
import { randomUUID } from 'node:crypto';

const PASSWORD = 'plum harbour lantern 47';
const SHORT = 150;
/** So many sends wait at once: the server commits together what waits. */
const LANES = 32;
const WORDS = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'.split(' ');

class Person {
  constructor(base, username) {
    this.base = base;
    this.username = username;
  }

  async signUp(name) {
    const { username } = this;
    this.take(await this.post('/auth/signup', { email: `${username}@example.org`, username, name, password: PASSWORD }));
  }

  take({ access_token, user }) {
    this.token = access_token;
    this.id = user.id;
  }

  /** Once for all who wait: a token lives ten minutes, and many lanes find out at the same time. */
  renew() {
    this.renewal ??= this.post('/auth/login', { login: this.username, password: PASSWORD })
      .then((answer) => this.take(answer))
      .finally(() => {
        this.renewal = undefined;
      });
    return this.renewal;
  }

  async post(path, body) {
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.token && { authorization: `Bearer ${this.token}` }) },
      body: JSON.stringify(body),
    });
    if (answer.ok) return answer.json();
    if (answer.status === 429) {
      const { retry_after_ms } = await answer.json();
      await new Promise((resolve) => setTimeout(resolve, retry_after_ms));
    } else if (answer.status === 401 && !path.startsWith('/auth/')) await this.renew();
    else throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return this.post(path, body);
  }

  say(conversation, text) {
    return this.post(`/conversations/${conversation}/messages`, { client_id: randomUUID(), text });
  }

  async signIn(tab) {
    const { page } = tab;
    await page.getByLabel('E-mail or username').fill(this.username);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Conversations' }).waitFor();
  }
}

/** Alice is who looks. What she has is her conversations with Bob: `long`, `short` and, as they are asked for, more groups. */
export class World {
  constructor(base) {
    const run = Date.now().toString(36);
    this.alice = new Person(base, `alice_${run}`);
    this.bob = new Person(base, `bob_${run}`);
  }

  async fill(messages) {
    await this.alice.signUp('Alice');
    await this.bob.signUp('Bob');
    [this.long, this.short] = await this.groups(['Long', 'Short']);
    await this.talk([this.short], SHORT, [this.alice, this.bob]);
    await this.talk([this.long], messages, [this.alice, this.bob]);
  }

  /** Ids of new groups of the two. */
  async groups(titles) {
    const ids = [];
    for (const title of titles) {
      const { id } = await this.alice.post('/conversations', { kind: 'group', title, member_ids: [this.bob.id] });
      ids.push(id);
    }
    return ids;
  }

  /** So many messages in all, in turn by those people in those conversations. */
  async talk(conversations, count, people = [this.bob]) {
    let next = 0;
    const lane = async () => {
      while (next < count) {
        const i = next++;
        const conversation = conversations[i % conversations.length];
        await people[i % people.length].say(conversation, wordsOf(i + 1));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }
}

/** From a word to a small paragraph. */
function wordsOf(i) {
  return `#${i} ${WORDS.slice(0, 1 + ((i * 7) % WORDS.length)).join(' ')} `.repeat(1 + (i % 5)).trim();
}
