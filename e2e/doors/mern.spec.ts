import { call, expect, test } from '../kit/doors.ts';
import { hears, members, PASSWORD, Somebody, three, two } from '../kit/mern.ts';

test('accounts: what is missing, taken and wrong is told in the words these pages know', async ({ server }) => {
  const register = (body: unknown) => call(server, 'POST', '/api/user', body);
  const made = await register({
    name: 'Alice',
    email: 'alice@example.org',
    password: PASSWORD,
    pic: 'https://example.org/a.png',
  });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    _id: expect.any(String),
    name: 'Alice',
    email: 'alice@example.org',
    isAdmin: true,
    pic: '',
    token: expect.any(String),
  });
  for (const lacking of [
    {},
    { name: 'B' },
    { name: 'B', email: '', password: PASSWORD },
    { name: {}, email: 'b@example.org', password: PASSWORD },
  ]) {
    const { status, body } = await register(lacking);
    expect({ status, body }).toEqual({ status: 400, body: { message: 'Please Enter all the Feilds' } });
  }
  const taken = await register({ name: 'Other', email: 'ALICE@example.org', password: PASSWORD });
  expect([taken.status, taken.body]).toEqual([400, { message: 'User already exists' }]);

  const logIn = (body: unknown) => call(server, 'POST', '/api/user/login', body);
  const again = await logIn({ email: 'alice@example.org', password: PASSWORD });
  expect(again.status).toBe(200);
  expect(again.body).toEqual({ ...made.body, token: expect.any(String) });
  expect(again.body.token).not.toBe(made.body.token);
  for (const wrong of [
    { email: 'alice@example.org', password: 'not this one' },
    { email: 'nobody@example.org', password: PASSWORD },
    {},
  ]) {
    const { status, body } = await logIn(wrong);
    expect({ status, body }).toEqual({ status: 401, body: { message: 'Invalid Email or Password' } });
  }
});

test('whoever has no token, a wrong one, or one that was ended is told so', async ({ server, ear }) => {
  const [alice, bob] = await two(server);
  const chat = await alice.chatWith(bob);
  const calls = [
    ['GET', '/api/user?search='],
    ['GET', '/api/chat'],
    ['POST', '/api/chat'],
    ['PUT', '/api/chat/rename'],
    ['PUT', '/api/chat/groupadd'],
    ['PUT', '/api/chat/groupremove'],
    ['POST', '/api/message'],
    ['GET', `/api/message/${chat._id}`],
  ] as const;
  const refused = async (token: string | undefined, message: string) => {
    for (const [method, path] of calls) {
      const { status, body } = await call(server, method, path, method === 'GET' ? undefined : {}, token);
      expect({ status, body }, path).toEqual({ status: 401, body: { message } });
    }
    // This one is shown as it is: an object would blank the page.
    const group = await call(server, 'POST', '/api/chat/group', { name: 'Group', users: '[]' }, token);
    expect([group.status, group.body, group.type]).toEqual([401, message, expect.stringMatching(/^text\/plain/)]);
  };
  await refused(undefined, 'Not authorized, no token');
  await refused(`${alice.kept.token}x`, 'Not authorized, token failed');

  const [hers, his] = [ear(), ear()];
  await alice.setUp(hers);
  await bob.setUp(his);
  const ended = await call(server, 'POST', '/api/v1/auth/logout', undefined, alice.kept.token);
  expect(ended.status).toBe(204);
  await refused(alice.kept.token, 'Not authorized, token failed');
  await expect.poll(() => hers.ends.length).toBe(1);
  // It comes back by itself, as nobody.
  await hers.connected();
  await bob.say(chat._id, 'is she there?');
  await hers.upToDate();
  hers.socket.emit('setup', alice.kept);
  await hers.upToDate();
  expect(hers.events()).toEqual(['connected']);
});

test('search answers each key, whatever it is', async ({ server }) => {
  const [alice] = await three(server);
  await Somebody.register(server, 'Zoë');
  const find = async (query: string) => {
    const found = await alice.done('GET', `/api/user?search=${query}`);
    expect(JSON.stringify(found)).not.toMatch(/password|example\.org/);
    return found.map((user: { name: string }) => user.name).toSorted();
  };
  expect(await find('')).toEqual(['Bob', 'Carol', 'Zoë']);
  expect(await alice.done('GET', '/api/user')).toHaveLength(3);
  expect(await find('b')).toEqual(['Bob']);
  expect(await find('BO')).toEqual(['Bob']);
  // Anywhere in a name, not only where a word begins; accents do not matter.
  expect(await find('aro')).toEqual(['Carol']);
  expect(await find('o')).toEqual(['Bob', 'Carol', 'Zoë']);
  expect(await find('zoe')).toEqual(['Zoë']);
  expect(await find('Alice')).toEqual([]);
  expect(await find('  ')).toEqual(['Bob', 'Carol', 'Zoë']);
  for (const odd of [
    '.*',
    '(',
    '[',
    '\\',
    '*',
    '+x',
    '?',
    '^',
    '$',
    '|',
    '{1',
    '.',
    '%',
    '%5',
    '%ff',
    "'",
    '"',
    '<x>',
    'ß',
    '日本',
    '😀',
  ]) {
    expect(await find(odd), odd).toEqual([]);
  }
  // What is typed is not encoded: all of it is looked for.
  expect(await find('bo&b')).toEqual([]);
  const [bob] = await alice.done('GET', '/api/user?search=bob');
  expect(bob).toEqual({ _id: expect.any(String), name: 'Bob', email: '@bob', pic: '', isAdmin: false });
});

test('a chat of two is made once, whoever asks and however often', async ({ server }) => {
  const [alice, bob, carol] = await three(server);
  const at_once = await Promise.all([alice.chatWith(bob), bob.chatWith(alice), alice.chatWith(bob), bob.chatWith(alice)]);
  const [chat] = at_once;
  expect(new Set(at_once.map(({ _id }) => _id)).size).toBe(1);
  expect((await alice.chatWith(bob))._id).toBe(chat._id);
  expect(chat).toMatchObject({ chatName: 'sender', isGroupChat: false });
  expect(members(chat)).toEqual(['Alice', 'Bob']);
  expect(chat).not.toHaveProperty('groupAdmin');
  expect(chat).not.toHaveProperty('latestMessage');
  for (const time of [chat.createdAt, chat.updatedAt]) expect(new Date(time).toISOString()).toBe(time);

  for (const wrong of [{}, { userId: alice.id }, { userId: '1' }, { userId: 'x' }, { userId: { $ne: '' } }, { userId: 7 }]) {
    const { status, body, type } = await alice.ask('POST', '/api/chat', wrong);
    expect([status, body, type], JSON.stringify(wrong)).toEqual([400, 'Bad Request', expect.stringMatching(/^text\/plain/)]);
  }

  const other = await alice.chatWith(carol);
  await alice.say(other._id, 'first');
  await alice.say(chat._id, 'second');
  const list = await alice.done('GET', '/api/chat');
  expect(list.map(({ _id }: { _id: string }) => _id)).toEqual([chat._id, other._id]);
  expect(list[0].latestMessage).toEqual({
    _id: expect.any(String),
    content: 'second',
    sender: { _id: alice.id, name: 'Alice', email: '@alice', pic: '', isAdmin: false },
    chat: chat._id,
    readBy: [],
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
});

test('messages: the id or all of the chat, in order, and what is refused', async ({ server }) => {
  const [alice, bob, carol] = await three(server);
  const chat = await alice.chatWith(bob);
  expect(await alice.told(chat._id)).toEqual([]);
  const said = await alice.say(chat._id, 'one');
  expect(said).toMatchObject({ content: 'one', sender: { _id: alice.id, name: 'Alice' }, chat: { _id: chat._id }, readBy: [] });
  expect(members(said.chat)).toEqual(['Alice', 'Bob']);
  await bob.say(chat, 'two');
  await alice.say(chat._id, '<b>three</b> & "é" 😀');
  expect(await bob.told(chat._id)).toEqual(['one', 'two', '<b>three</b> & "é" 😀']);
  expect(await alice.done('GET', `/api/message/${chat._id}`)).toEqual(await bob.done('GET', `/api/message/${chat._id}`));

  const wrong = [
    {},
    { chatId: chat._id },
    { content: 'x' },
    { content: '', chatId: chat._id },
    { content: { a: 1 }, chatId: chat._id },
    { content: 'x', chatId: [] },
  ];
  for (const ask of wrong) {
    const { status, body, type } = await alice.ask('POST', '/api/message', ask);
    expect([status, body, type], JSON.stringify(ask)).toEqual([400, 'Bad Request', expect.stringMatching(/^text\/plain/)]);
  }
  // Carol is no member.
  for (const [method, path, body] of [
    ['GET', `/api/message/${chat._id}`, undefined],
    ['POST', '/api/message', { content: 'x', chatId: chat._id }],
    ['PUT', '/api/chat/rename', { chatId: chat._id, chatName: 'x' }],
    ['PUT', '/api/chat/groupadd', { chatId: chat._id, userId: carol.id }],
    ['PUT', '/api/chat/groupremove', { chatId: chat._id, userId: bob.id }],
  ] as const) {
    expect((await carol.ask(method, path, body)).status, path).toBe(404);
  }
  expect(await carol.done('GET', '/api/chat')).toEqual([]);
  expect(await alice.told(chat._id)).toHaveLength(3);
});

test('a group: made, renamed, joined, left, and refused in bare text', async ({ server }) => {
  const [alice, bob, carol] = await three(server);
  const dave = await Somebody.register(server, 'Dave');
  const group = (body: unknown) => alice.ask('POST', '/api/chat/group', body);
  const plain = expect.stringMatching(/^text\/plain/);

  for (const lacking of [{}, { name: 'Lunch' }, { users: JSON.stringify([bob.id, carol.id]) }]) {
    const { status, body } = await group(lacking);
    expect([status, body]).toEqual([400, { message: 'Please Fill all the feilds' }]);
  }
  const few = await group({ name: 'Lunch', users: JSON.stringify([bob.id]) });
  expect([few.status, few.body, few.type]).toEqual([400, 'More than 2 users are required to form a group chat', plain]);
  for (const users of ['no JSON', '{}', JSON.stringify([bob.id, 'x'])]) {
    const { status, body, type } = await group({ name: 'Lunch', users });
    expect([status, typeof body, type], users).toEqual([400, 'string', plain]);
  }

  const made = await alice.done('POST', '/api/chat/group', { name: 'Lunch', users: JSON.stringify([bob.id, carol.id]) });
  expect(made).toMatchObject({ chatName: 'Lunch', isGroupChat: true, groupAdmin: { _id: alice.id, name: 'Alice' } });
  expect(members(made)).toEqual(['Alice', 'Bob', 'Carol']);
  const chatId = made._id;

  const renamed = await alice.done('PUT', '/api/chat/rename', { chatId, chatName: 'Dinner' });
  expect(renamed).toMatchObject({ _id: chatId, chatName: 'Dinner' });
  expect(members(await alice.done('PUT', '/api/chat/groupadd', { chatId, userId: dave.id }))).toEqual([
    'Alice',
    'Bob',
    'Carol',
    'Dave',
  ]);
  expect((await dave.done('GET', '/api/chat'))[0]).toMatchObject({ _id: chatId, chatName: 'Dinner' });
  expect(members(await alice.done('PUT', '/api/chat/groupremove', { chatId, userId: carol.id }))).toEqual([
    'Alice',
    'Bob',
    'Dave',
  ]);
  expect((await carol.ask('GET', `/api/message/${chatId}`)).status).toBe(404);

  // Who does not run it may only leave.
  for (const [path, body] of [
    ['/api/chat/rename', { chatId, chatName: 'Mine' }],
    ['/api/chat/groupremove', { chatId, userId: alice.id }],
  ] as const) {
    const { status, body: told } = await bob.ask('PUT', path, body);
    expect([status, told], path).toEqual([403, { message: expect.any(String) }]);
  }
  expect(members(await bob.done('PUT', '/api/chat/groupremove', { chatId, userId: bob.id }))).toEqual(['Alice', 'Dave']);
  expect(await bob.done('GET', '/api/chat')).toEqual([]);

  for (const [path, body] of [
    ['/api/chat/rename', { chatId: '1', chatName: 'x' }],
    ['/api/chat/rename', {}],
    ['/api/chat/rename', { chatId: { $gt: '' }, chatName: 'x' }],
    ['/api/chat/groupadd', { chatId: '1', userId: bob.id }],
    ['/api/chat/groupremove', { chatId: '1', userId: bob.id }],
  ] as const) {
    const { status, body: told } = await alice.ask('PUT', path, body);
    expect([status, told], JSON.stringify(body)).toEqual([404, { message: 'Chat Not Found' }]);
  }
});

test('capitals and slashes at the end do not matter', async ({ server }) => {
  const [alice, bob] = await two(server);
  const chat = await alice.chatWith(bob);
  await alice.done('POST', '/api/Message/', { content: 'one', chatId: chat._id });
  await alice.done('POST', '/API/MESSAGE', { content: 'two', chatId: chat._id });
  expect(await alice.done('GET', `/api/Message/${chat._id}/`)).toHaveLength(2);
  expect(await alice.done('GET', '/Api/Chat/')).toHaveLength(1);
  expect(await alice.done('GET', '/api/user/?search=bob')).toHaveLength(1);
  const again = await call(server, 'POST', '/api/User/Login/', { email: bob.email, password: PASSWORD });
  expect(again.status).toBe(200);
  const nowhere = await alice.ask('GET', '/api/Nothing/here');
  expect([nowhere.status, nowhere.body]).toEqual([404, { message: 'Not Found - /api/Nothing/here' }]);
});

test('the same conversation through the door and through the server’s own API', async ({ server, ear }) => {
  const [alice, bob] = await two(server);
  const his = ear();
  await bob.setUp(his);
  const chat = await alice.chatWith(bob);
  await alice.say(chat._id, 'through the door');
  await server.say(alice.login, chat._id, ['by our own API']);
  await hears(his).toEqual(['through the door', 'by our own API']);
  const log = await server.history(bob.login, chat._id);
  const texts = log.flatMap(({ message }) => (message ? [[message.text, message.sender]] : []));
  expect(texts).toEqual([
    ['through the door', alice.id],
    ['by our own API', alice.id],
  ]);
  expect(await bob.told(chat._id)).toEqual(['through the door', 'by our own API']);
});

test('what was edited is read as it is now, and what was deleted is not read', async ({ server }) => {
  const [alice, bob] = await two(server);
  const chat = await alice.chatWith(bob);
  for (const text of ['one', 'two', 'three']) await alice.say(chat._id, text);
  const [, edited, deleted] = (await server.history(alice.login, chat._id)).flatMap(({ message, seq }) => (message ? [seq] : []));
  await server.call(alice.login, 'PATCH', `/conversations/${chat._id}/messages/${edited}`, { text: 'second' });
  await server.call(alice.login, 'DELETE', `/conversations/${chat._id}/messages/${deleted}`);
  expect(await bob.told(chat._id)).toEqual(['one', 'second']);
  expect((await bob.done('GET', '/api/chat'))[0].latestMessage.content).toBe('This message was deleted');
});

test('a group of many: some are named with a message, more with the chat', async ({ server }) => {
  const alice = await Somebody.register(server, 'Alice');
  const many = await Promise.all(Array.from({ length: 24 }, (_, at) => Somebody.register(server, `Member${at}`)));
  const users = JSON.stringify(many.map(({ id }) => id));
  const chat = await alice.done('POST', '/api/chat/group', { name: 'Many', users });
  expect(chat.users).toHaveLength(25);
  const said = await alice.say(chat._id, 'hello');
  expect(said.chat.users).toHaveLength(20);
  expect(said.chat).toMatchObject({ _id: chat._id, groupAdmin: { _id: alice.id } });
  expect(members(said.chat)).toContain('Alice');
});
