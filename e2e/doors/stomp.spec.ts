import type { Server } from '../kit/server.ts';
import { call, expect, type Line, test, WAYS } from '../kit/stomp.ts';

const PASSWORD = 'plum harbour lantern 47';
const SOON = { intervals: [10, 25, 50, 100] };

interface Somebody {
  username: string;
  id: string;
  token: string;
}

async function signUp(server: Server, username: string): Promise<Somebody> {
  const { status, body } = await call(server, 'POST', '/auth/sign-up', {
    username,
    email: `${username}@example.org`,
    password: PASSWORD,
  });
  expect(status).toBe(201);
  return { username, id: body.user._id, token: body.token };
}

/** Alice and Bob, and the id of their conversation. */
async function two(server: Server): Promise<[Somebody, Somebody, string]> {
  const [alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')];
  const direct = await server.call({ username: 'alice', password: PASSWORD }, 'POST', '/conversations', {
    kind: 'direct',
    user_id: bob.id,
  });
  return [alice, bob, direct.id];
}

const contents = (line: Line) => line.heard.map(({ content }) => content);

for (const { version, carrier } of WAYS) {
  test(`stompjs ${version} by ${carrier}: what is said is heard by both, as it was said`, async ({ server, line }) => {
    const [alice, bob, direct] = await two(server);
    const [a, b] = [await line(alice.token, { version, carrier }), await line(bob.token, { version, carrier })];
    expect([a.errors, b.errors]).toEqual([[], []]);
    for (const one of [a, b]) await one.subscribe(`/topic/conversation.${direct}`);
    const texts = ['Pizza?', 'é 😀 "\\ \u2028 a:b', 'x'.repeat(16_000)];
    for (const content of texts) {
      a.send(`/app/conversation.${direct}`, { content, sender: 'bob', clientId: `c-${content.length}` });
      // Once more: stored once.
      a.send(`/app/conversation.${direct}`, { content, clientId: `c-${content.length}` });
    }
    for (const one of [a, b]) await expect.poll(() => contents(one), SOON).toEqual(texts);
    expect(b.heard[0]).toEqual({
      _id: expect.any(String),
      seq: expect.any(Number),
      conversationId: direct,
      senderId: alice.id,
      sender: 'alice',
      content: 'Pizza?',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    b.send(`/app/conversation.${direct}.typing`, {});
    b.send(`/app/conversation.${direct}.read`, { seq: b.heard[0].seq });
    b.send(`/app/conversation.${direct}`, { content: 'Yes' });
    await expect.poll(() => contents(a).at(-1), SOON).toBe('Yes');
    await a.leave();
    expect([a.errors, b.errors, b.closed]).toEqual([[], [], 0]);
  });

  test(`stompjs ${version} by ${carrier}: a foreign conversation is an error, and the end`, async ({ server, line }) => {
    const [, bob, direct] = await two(server);
    const eve = await signUp(server, 'eve');
    const b = await line(bob.token, { version, carrier });
    await b.subscribe(`/topic/conversation.${direct}`);
    const e = await line(eve.token, { version, carrier });
    e.send(`/app/conversation.${direct}`, { content: 'hello' });
    await expect.poll(() => [e.errors, e.closed], SOON).toEqual([['not_found'], 1]);
    const wrong = await line('wrong', { version, carrier });
    await expect.poll(() => [wrong.connects, wrong.errors, wrong.closed], SOON).toEqual([0, ['unauthenticated'], 1]);
    expect(b.heard).toEqual([]);
  });
}

for (const { version, carrier } of WAYS.filter(({ carrier }) => carrier === 'plain' || carrier === 'xhr-polling')) {
  test(`stompjs ${version} by ${carrier}: a line on which nothing is said stays`, async ({ server, line }) => {
    const [alice, bob, direct] = await two(server);
    const b = await line(bob.token, { version, carrier });
    await b.subscribe(`/topic/conversation.${direct}`);
    // Both ends give up a line on which nothing came for 20 to 30 seconds; heart-beats come every ten.
    await new Promise((later) => setTimeout(later, 45_000));
    await server.say({ username: alice.username, password: PASSWORD }, direct, ['still there?']);
    await expect.poll(() => contents(b), SOON).toEqual(['still there?']);
    expect([b.connects, b.closed, b.errors]).toEqual([1, 0, []]);
  });
}

test('a client comes back after the server was stopped, and asks for what it missed', async ({ server, line }) => {
  const [alice, bob, direct] = await two(server);
  const b = await line(bob.token, { reconnectDelay: 100 });
  await b.subscribe(`/topic/conversation.${direct}`);
  const login = { username: alice.username, password: PASSWORD };
  await server.say(login, direct, ['before']);
  await expect.poll(() => contents(b), SOON).toEqual(['before']);
  await server.restart();
  await server.say(login, direct, ['meanwhile']);
  await expect.poll(() => b.connects, SOON).toBe(2);
  await b.subscribe(`/topic/conversation.${direct}`, { after: String(b.heard[0].seq) });
  await server.say(login, direct, ['after']);
  await expect.poll(() => contents(b), SOON).toEqual(['before', 'meanwhile', 'after']);
});

test('who signs out is sent away', async ({ server, line }) => {
  const alice = await signUp(server, 'alice');
  const a = await line(alice.token);
  expect((await call(server, 'POST', '/auth/logout', undefined, alice.token)).status).toBe(204);
  await expect.poll(() => [a.errors, a.closed], SOON).toEqual([['unauthenticated'], 1]);
});

test('presence is told by name', async ({ server, line }) => {
  const [alice, bob] = await two(server);
  const a = await line(alice.token);
  await a.subscribe('/topic/presence');
  await line(bob.token, { version: '2.3', carrier: 'websocket' });
  const online = { type: 'presence_update', userId: bob.id, username: 'bob', status: 'online' };
  await expect.poll(() => a.heard, SOON).toContainEqual(online);
});
