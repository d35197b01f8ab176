import { type Answer, CARRIERS, call, type Ear, expect, test, WAYS } from '../kit/doors.ts';
import { Server } from '../kit/server.ts';

const PASSWORD = 'plum harbour lantern 47';
const HEARD = 'messageReceived';

/** Somebody with a client of this design: a token pair, and what it asks for. */
class Somebody {
  private constructor(
    readonly server: Server,
    readonly name: string,
    // biome-ignore lint/suspicious/noExplicitAny: another system's shape
    public kept: any,
  ) {}

  static async signUp(server: Server, name: string): Promise<Somebody> {
    const username = name.toLowerCase();
    const ask = { username, name, email: `${username}@example.org`, password: PASSWORD };
    const { status, body } = await call(server, 'POST', '/api/auth/signup', ask);
    expect(status).toBe(201);
    return new Somebody(server, name, body);
  }

  get id(): string {
    return this.kept.user._id;
  }

  get auth(): { token: string } {
    return { token: this.kept.accessToken };
  }

  get login(): { username: string; password: string } {
    return { username: this.name.toLowerCase(), password: PASSWORD };
  }

  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(this.server, method, path, body, this.kept.accessToken);
  }

  // biome-ignore lint/suspicious/noExplicitAny: another system's shape
  async done(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.ask(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  }

  async told(conversation: string, query = ''): Promise<string[]> {
    const said = await this.done('GET', `/api/messages/${conversation}${query}`);
    return said.map(({ message }: { message: string }) => message);
  }
}

async function two(server: Server): Promise<[Somebody, Somebody]> {
  return [await Somebody.signUp(server, 'Alice'), await Somebody.signUp(server, 'Bob')];
}

async function three(server: Server): Promise<[Somebody, Somebody, Somebody]> {
  return [...(await two(server)), await Somebody.signUp(server, 'Carol')];
}

/** Says something and waits for the acknowledgement. */
function send(ear: Ear, ask: unknown) {
  return ear.socket.timeout(20_000).emitWithAck('sendMessage', ask);
}

const hears = (ear: Ear) => expect.poll(() => ear.texts(HEARD, 'message'), { intervals: [10, 25, 50, 100] });

test('a token pair: signed up, signed in, renewed, and ended by a second use', async ({ server, ear }) => {
  const alice = await Somebody.signUp(server, 'Alice');
  expect(alice.kept).toEqual({
    user: { _id: expect.any(String), username: 'alice', name: 'Alice', email: 'alice@example.org' },
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: expect.any(Number),
  });
  for (const [ask, wanted] of [
    [{ username: 'alice', email: 'other@example.org', password: PASSWORD }, 409],
    [{ username: 'other', email: 'alice@example.org', password: PASSWORD }, 409],
    [{ username: 'other', email: 'other@example.org', password: 'short' }, 400],
    [{}, 400],
  ] as const) {
    const { status, body } = await call(server, 'POST', '/api/auth/signup', ask);
    expect([status, body], JSON.stringify(ask)).toEqual([wanted, { message: expect.any(String) }]);
  }

  const logIn = (body: unknown) => call(server, 'POST', '/api/auth/login', body);
  for (const who of [{ email: 'alice@example.org' }, { username: 'alice' }, { email: 'alice' }]) {
    const { status, body } = await logIn({ ...who, password: PASSWORD });
    expect([status, body.user]).toEqual([200, alice.kept.user]);
  }
  for (const wrong of [
    { email: 'alice@example.org', password: 'not this one' },
    { email: { $gt: '' }, password: { $gt: '' } },
    {},
  ]) {
    expect((await logIn(wrong)).status, JSON.stringify(wrong)).toBe(401);
  }

  const refresh = (refreshToken: unknown) => call(server, 'POST', '/api/auth/refresh', { refreshToken });
  const renewed = await refresh(alice.kept.refreshToken);
  expect([renewed.status, renewed.body.user]).toEqual([200, alice.kept.user]);
  expect(renewed.body.refreshToken).not.toBe(alice.kept.refreshToken);
  const hers = ear({ auth: { token: renewed.body.accessToken } });
  await hers.connected();
  // Somebody else has it: nobody may go on with it, and open sockets end.
  expect((await refresh(alice.kept.refreshToken)).status).toBe(401);
  expect((await refresh(renewed.body.refreshToken)).status).toBe(401);
  for (const odd of ['', 'x', 7, null, {}]) expect((await refresh(odd)).status).toBe(401);
  await expect.poll(() => hers.ends.length).toBe(1);
  await expect.poll(() => hers.refusals.length).toBeGreaterThan(0);
  expect(hers.socket.connected).toBe(false);
});

test('people: listed, searched, looked up, without their addresses', async ({ server }) => {
  const [alice, bob] = await three(server);
  const everybody = await alice.done('GET', '/api/users/');
  const shown = (name: string) => ({ _id: expect.any(String), username: name.toLowerCase(), name });
  expect(everybody).toEqual([shown('Bob'), shown('Carol')]);
  expect(await alice.done('GET', '/api/users?search=car')).toEqual([shown('Carol')]);
  expect(await alice.done('GET', '/api/users?after=bob')).toEqual([shown('Carol')]);
  expect(await alice.done('GET', '/api/users?search=.*')).toEqual([]);
  expect(await alice.done('GET', `/api/users/${bob.id}`)).toEqual(shown('Bob'));
  for (const nobody of ['1', 'x', '%24ne']) expect((await alice.ask('GET', `/api/users/${nobody}`)).status).toBe(404);
  for (const [method, path] of [
    ['GET', '/api/users'],
    ['GET', `/api/users/${bob.id}`],
    ['POST', '/api/messages'],
    ['GET', '/api/messages/1'],
    ['POST', '/api/groups/create'],
  ] as const) {
    expect((await call(server, method, path, method === 'POST' ? {} : undefined)).status, path).toBe(401);
    expect((await call(server, method, path, method === 'POST' ? {} : undefined, 'x')).status, path).toBe(401);
  }
});

test('messages over HTTP: to somebody, in a group, page by page', async ({ server, ear }) => {
  const [alice, bob, carol] = await three(server);
  const his = ear({ auth: bob.auth });
  await his.connected();
  const [first, second] = await Promise.all([
    alice.done('POST', '/api/messages/', { receiverId: bob.id, message: 'first contact' }),
    bob.done('POST', '/api/messages/', { receiverId: alice.id, message: 'at the same time' }),
  ]);
  const { conversationId } = first;
  expect(second.conversationId).toBe(conversationId);
  expect(first).toEqual({
    _id: expect.any(String),
    seq: expect.any(Number),
    senderId: alice.id,
    receiverId: bob.id,
    conversationId,
    message: 'first contact',
    createdAt: expect.any(String),
  });
  for (let n = 1; n <= 5; n++) await alice.done('POST', '/api/messages', { conversationId, message: `#${n}` });
  expect((await alice.told(conversationId)).slice(2)).toEqual(['#1', '#2', '#3', '#4', '#5']);
  const latest = await bob.done('GET', `/api/messages/${conversationId}?limit=2`);
  expect(latest.map(({ message }: { message: string }) => message)).toEqual(['#4', '#5']);
  expect(await bob.told(conversationId, `?limit=2&before=${latest[0]._id}`)).toEqual(['#2', '#3']);

  const group = await alice.done('POST', '/api/groups/create', { name: 'Lunch', members: [bob.id, carol.id] });
  expect(group).toMatchObject({ _id: expect.any(String), name: 'Lunch' });
  expect(group.members.map(({ username }: { username: string }) => username).toSorted()).toEqual(['alice', 'bob', 'carol']);
  const said = await carol.done('POST', '/api/messages', { conversationId: group._id, message: 'all' });
  expect(said).not.toHaveProperty('receiverId');
  await expect.poll(() => his.all(HEARD).at(-1)).toEqual(said);

  for (const [ask, wanted] of [
    [{}, 400],
    [{ message: 'x' }, 400],
    [{ conversationId, message: '' }, 400],
    [{ conversationId, message: { a: 1 } }, 400],
    [{ conversationId: { $ne: '' }, message: 'x' }, 400],
    [{ receiverId: '1', message: 'x' }, 404],
    [{ conversationId, message: 'x'.repeat(20_000) }, 413],
  ] as const) {
    const { status, body } = await alice.ask('POST', '/api/messages', ask);
    expect([status, body], JSON.stringify(ask).slice(0, 80)).toEqual([wanted, { message: expect.any(String) }]);
  }
  // Carol is no member of the chat of two.
  expect((await carol.ask('GET', `/api/messages/${conversationId}`)).status).toBe(404);
  expect((await carol.ask('POST', '/api/messages', { conversationId, message: 'x' })).status).toBe(404);
  for (const wrong of [
    {},
    { name: 'x' },
    { name: 'x', members: 'all' },
    { name: 'x', members: ['x'] },
    { name: {}, members: [] },
  ]) {
    expect((await alice.ask('POST', '/api/groups/create', wrong)).status, JSON.stringify(wrong)).toBe(400);
  }
});

for (const { version, carrier } of WAYS) {
  test(`${version} by ${carrier}: sent with an acknowledgement, told to every tab but the one that said it`, async ({
    server,
    ear,
  }) => {
    const [alice, bob] = await two(server);
    const way = { version, carrier };
    const [hers, another] = [ear({ ...way, auth: alice.auth }), ear({ ...way, auth: alice.auth })];
    const [his, same] = [ear({ ...way, auth: bob.auth }), ear({ ...way, auth: bob.auth })];
    for (const one of [hers, another, his, same]) await one.settled(carrier);

    // In 4.1 nobody waits for an acknowledgement but by a callback.
    const say = (ear: Ear, ask: unknown) =>
      // biome-ignore lint/suspicious/noExplicitAny: another system's shape
      new Promise<any>((done) => ear.socket.emit('sendMessage', ask, done));
    const told = await say(hers, { receiverId: bob.id, senderId: bob.id, message: 'hello' });
    expect(told).toEqual({ status: 'ok', id: expect.any(String), seq: expect.any(Number), conversationId: expect.any(String) });
    const { conversationId } = told;
    for (const one of [another, his, same]) await hears(one).toEqual(['hello']);
    expect(his.all(HEARD)[0]).toEqual({
      _id: told.id,
      seq: told.seq,
      // Whoever sends is the sender, whatever was said.
      senderId: alice.id,
      receiverId: bob.id,
      conversationId,
      message: 'hello',
      createdAt: expect.any(String),
    });
    const answer = await say(his, { conversationId, message: 'hello back' });
    expect(answer.seq).toBeGreaterThan(told.seq);
    await hears(same).toEqual(['hello', 'hello back']);
    await hears(another).toEqual(['hello', 'hello back']);
    await hears(hers).toEqual(['hello back']);
    // No acknowledgement asked for.
    his.socket.emit('sendMessage', { conversationId, message: 'no answer' });
    await hears(hers).toEqual(['hello back', 'no answer']);
    await hears(same).toEqual(['hello', 'hello back', 'no answer']);
    expect(his.texts(HEARD, 'message')).toEqual(['hello']);
    expect(await alice.told(conversationId)).toEqual(['hello', 'hello back', 'no answer']);
  });

  test(`${version} by ${carrier}: a wrong token keeps one out`, async ({ server, ear }) => {
    const alice = await Somebody.signUp(server, 'Alice');
    for (const token of ['', 'x', `${alice.auth.token}x`]) {
      const one = ear({ version, carrier, auth: { token } });
      await expect.poll(() => one.refusals).toEqual([expect.stringMatching(/token/)]);
      expect(one.socket.connected).toBe(false);
    }
    const one = ear({ version, carrier, auth: alice.auth });
    await one.connected();
    const ended = await call(server, 'POST', '/api/v1/auth/logout', undefined, alice.auth.token);
    expect(ended.status).toBe(204);
    await expect.poll(() => one.ends.length).toBe(1);
    // It comes back by itself with what it has, and is told why not.
    await expect.poll(() => one.refusals).toEqual([expect.stringMatching(/session|token|sign in/i)]);
    expect((await alice.ask('GET', '/api/users')).status).toBe(401);
  });
}

for (const carrier of Object.keys(CARRIERS) as (keyof typeof CARRIERS)[]) {
  test(`by ${carrier}: what is said while a client is away arrives once, in order`, async ({ server, ear }) => {
    const [alice, bob] = await two(server);
    const [hers, his] = [ear({ auth: alice.auth }), ear({ carrier, auth: bob.auth })];
    await hers.connected();
    await his.settled(carrier);
    const all: string[] = [];
    const say = async (message: string) => {
      all.push(message);
      expect(await send(hers, { receiverId: bob.id, message })).toMatchObject({ status: 'ok' });
    };
    await say('before');
    await hears(his).toEqual(all);
    for (const round of [1, 2, 3]) {
      await his.hangUp();
      for (const n of [1, 2, 3]) await say(`away ${round}.${n}`);
      await his.comeBack();
      expect(his.socket.recovered).toBe(true);
      await hears(his).toEqual(all);
    }
  });

  test(`by ${carrier}: what was on its way when the line died arrives once, in order`, async ({ server, ear, line }) => {
    const [alice, bob] = await two(server);
    const wire = await line();
    const [hers, his] = [ear({ auth: alice.auth }), ear({ carrier, auth: bob.auth, url: wire.url })];
    await hers.connected();
    await his.settled(carrier);
    const say = (message: string) => send(hers, { receiverId: bob.id, message });
    await say('before');
    await hears(his).toEqual(['before']);
    wire.goDead();
    for (const n of [1, 2, 3]) await say(`into the dead line ${n}`);
    wire.break();
    await say('while away');
    await expect.poll(() => his.refusals.length).toBeGreaterThan(0);
    wire.mend();
    await say('after');
    await hears(his).toEqual(['before', ...[1, 2, 3].map((n) => `into the dead line ${n}`), 'while away', 'after']);
  });

  test(`by ${carrier}: a message whose acknowledgement was lost is sent again and stored once`, async ({ server, ear, line }) => {
    const [alice, bob] = await two(server);
    const wire = await line();
    const [hers, his] = [ear({ carrier, auth: alice.auth, url: wire.url }), ear({ auth: bob.auth })];
    await hers.settled(carrier);
    await his.connected();
    const ask = { receiverId: bob.id, message: 'once', clientId: 'mine-1' };
    wire.goDead();
    const lost = expect(send(hers, ask)).rejects.toThrow('socket has been disconnected');
    await hears(his).toEqual(['once']);
    wire.break();
    await lost;
    wire.mend();
    await hers.connected();
    const told = await send(hers, ask);
    expect(await send(hers, ask)).toEqual(told);
    expect(await alice.done('POST', '/api/messages', ask)).toMatchObject({ _id: told.id, seq: told.seq });
    await send(hers, { receiverId: bob.id, message: 'next' });
    await hears(his).toEqual(['once', 'next']);
    expect(await bob.told(told.conversationId)).toEqual(['once', 'next']);
  });

  test(`by ${carrier}: a server that starts again is talked to as before`, async ({ server, ear }) => {
    const [alice, bob] = await two(server);
    const [hers, his] = [ear({ carrier, auth: alice.auth }), ear({ version: '4.1', carrier, auth: bob.auth })];
    for (const one of [hers, his]) await one.settled(carrier);
    await send(hers, { receiverId: bob.id, message: 'before' });
    await hears(his).toEqual(['before']);
    const before = [hers, his].map(({ connects }) => connects);
    await server.restart();
    await expect.poll(() => [hers, his].every((one, at) => one.socket.connected && one.connects > (before[at] ?? 0))).toBe(true);
    await send(hers, { receiverId: bob.id, message: 'after' });
    await hears(his).toEqual(['before', 'after']);
    his.socket.emit('sendMessage', { receiverId: alice.id, message: 'answer' });
    await hears(hers).toEqual(['answer']);
  });
}

test('errors are acknowledged', async ({ server, ear }) => {
  const [alice, bob, carol] = await three(server);
  const [hers, foreign, nobody] = [ear({ auth: alice.auth }), ear({ auth: carol.auth }), ear()];
  for (const one of [hers, foreign, nobody]) await one.connected();
  const { conversationId } = await send(hers, { receiverId: bob.id, message: 'hello', clientId: 'a' });
  for (const [ask, code] of [
    [undefined, 'invalid'],
    ['hello', 'invalid'],
    [{ message: 'x' }, 'invalid'],
    [{ conversationId, message: '' }, 'invalid'],
    [{ conversationId, message: { a: 1 } }, 'invalid'],
    [{ conversationId: { $ne: '' }, message: 'x' }, 'invalid'],
    [{ conversationId, message: 'x', clientId: 7 }, 'invalid'],
    [{ receiverId: alice.id, message: 'x' }, 'invalid'],
    [{ receiverId: '1', message: 'x' }, 'not_found'],
    [{ conversationId: 'x', message: 'x' }, 'not_found'],
    [{ conversationId, message: 'another', clientId: 'a' }, 'conflict'],
    [{ conversationId, message: 'x'.repeat(20_000) }, 'too_large'],
  ] as const) {
    const told = await send(hers, ask);
    expect(told, JSON.stringify(ask)?.slice(0, 80)).toEqual({ status: 'error', code, message: expect.any(String) });
  }
  // Not her conversation.
  expect(await send(foreign, { conversationId, message: 'x' })).toMatchObject({ status: 'error', code: 'not_found' });
  expect(await hers.socket.emitWithAck('deleteEverything', {})).toMatchObject({ status: 'error', code: 'invalid' });
  expect(await alice.told(conversationId)).toEqual(['hello']);
  // Who showed no token is a client of the other door and can say nothing here.
  nobody.socket.emit('sendMessage', { conversationId, message: 'x' });
  await nobody.upToDate();
  expect(await alice.told(conversationId)).toEqual(['hello']);
});

test('the same conversation through the door and through the server’s own API', async ({ server, ear }) => {
  const [alice, bob] = await two(server);
  const [hers, his] = [ear({ auth: alice.auth }), ear({ auth: bob.auth })];
  for (const one of [hers, his]) await one.connected();
  const { conversationId, seq } = await send(hers, { receiverId: bob.id, message: 'through the door' });
  await server.say(alice.login, conversationId, ['by our own API']);
  await hears(his).toEqual(['through the door', 'by our own API']);
  await hears(hers).toEqual(['by our own API']);
  const log = await server.history(bob.login, conversationId);
  const texts = log.flatMap(({ message, seq }) => (message ? [[seq, message.text, message.sender]] : []));
  expect(texts).toEqual([
    [seq, 'through the door', alice.id],
    [seq + 1, 'by our own API', alice.id],
  ]);
});

test('a door that is closed is not there', async ({ ear }) => {
  const server = await Server.create({ PARLOR_DOORS_DESIGN: 'false' });
  try {
    // biome-ignore lint/suspicious/noExplicitAny: another system's shape
    const register = async (name: string): Promise<any> => {
      const ask = { name, email: `${name.toLowerCase()}@example.org`, password: PASSWORD };
      return (await call(server, 'POST', '/api/v1/auth/signup', ask)).body;
    };
    const [alice, bob] = [await register('Alice'), await register('Bob')];
    const nowhere = await call(server, 'GET', '/api/users', undefined, alice.access_token);
    expect([nowhere.status, nowhere.body]).toEqual([404, { message: 'Not Found - /api/users' }]);
    const hers = ear({ url: server.url, auth: { token: alice.access_token } });
    hers.socket.emit('sendMessage', { receiverId: bob.user.id, message: 'hello' });
    await expect.poll(() => hers.socket.connected || hers.refusals.length > 0).toBe(true);
    if (hers.socket.connected) await hers.upToDate();
    const login = { username: 'alice', password: PASSWORD };
    expect((await server.call(login, 'GET', '/conversations')).conversations).toEqual([]);
    // The other one is open.
    const him = { email: 'bob@example.org', password: PASSWORD };
    const kept = (await call(server, 'POST', '/api/user/login', him)).body;
    const his = ear({ url: server.url });
    his.socket.emit('setup', kept);
    await expect.poll(() => his.events()).toEqual(['connected']);
  } finally {
    await server.remove();
  }
});
