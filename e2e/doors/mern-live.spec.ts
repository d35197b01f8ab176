import { type Ear, expect, test, WAYS } from '../kit/doors.ts';
import { HEARD, hears, three, two } from '../kit/mern.ts';

for (const { version, carrier } of WAYS) {
  test(`${version} by ${carrier}: messages both ways, to everybody but who posts`, async ({ server, ear }) => {
    const [alice, bob, carol] = await three(server);
    const way = { version, carrier };
    const [hers, another, his] = [ear(way), ear(way), ear(way)];
    for (const one of [hers, another, his]) await one.settled(carrier);
    await alice.setUp(hers);
    await alice.setUp(another);
    await bob.setUp(his);

    const chat = await alice.chatWith(bob);
    await alice.say(chat._id, 'from Alice');
    await hears(his).toEqual(['from Alice']);
    expect(his.all(HEARD)[0]).toEqual((await bob.done('GET', `/api/message/${chat._id}`))[0]);
    const said = await bob.say(chat._id, 'from Bob');
    for (const one of [hers, another]) await hears(one).toEqual(['from Bob']);

    // What a client says it said is nobody's news.
    his.socket.emit('new message', said);
    his.socket.emit('new message', { ...said, content: 'forged', sender: alice.kept });
    await his.upToDate();
    const group = await carol.done('POST', '/api/chat/group', { name: 'Lunch', users: JSON.stringify([alice.id, bob.id]) });
    await carol.say(group._id, 'from Carol');
    for (const one of [hers, another]) await hears(one).toEqual(['from Bob', 'from Carol']);
    await hears(his).toEqual(['from Alice', 'from Carol']);
    expect(hers.all(HEARD)[1].chat).toMatchObject({ chatName: 'Lunch', isGroupChat: true, groupAdmin: { _id: carol.id } });
    expect([...hers.refusals, ...his.refusals]).toEqual([]);
  });

  test(`${version} by ${carrier}: typing is told in the chat one looks at, and nowhere else`, async ({ server, ear }) => {
    const [alice, bob, carol] = await three(server);
    const way = { version, carrier };
    const [hers, another, his, foreign] = [ear(way), ear(way), ear(way), ear(way)];
    for (const one of [hers, another, his, foreign]) await one.settled(carrier);
    await alice.setUp(hers);
    await alice.setUp(another);
    await bob.setUp(his);
    await carol.setUp(foreign);
    const chat = await alice.chatWith(bob);
    const group = await alice.done('POST', '/api/chat/group', { name: 'Lunch', users: JSON.stringify([carol.id, bob.id]) });
    const passing = (one: Ear) => one.events().filter((event) => event !== 'connected');

    // Another tab looks at another chat, and Carol at one she is no member of.
    hers.socket.emit('join chat', chat._id);
    another.socket.emit('join chat', group._id);
    foreign.socket.emit('join chat', chat._id);
    for (const one of [hers, another, foreign]) await one.upToDate();
    foreign.socket.emit('typing', chat._id);
    await foreign.upToDate();
    his.socket.emit('join chat', chat._id);
    his.socket.emit('typing', chat._id);
    his.socket.emit('stop typing', chat._id);
    await expect.poll(() => passing(hers)).toEqual(['typing', 'stop typing']);

    // A new join replaces the old one.
    hers.socket.emit('join chat', group._id);
    await hers.upToDate();
    his.socket.emit('typing', chat._id);
    his.socket.emit('typing', group._id);
    await expect.poll(() => passing(hers)).toEqual(['typing', 'stop typing', 'typing']);
    await expect.poll(() => passing(another)).toEqual(['typing']);
    await foreign.upToDate();
    await his.upToDate();
    expect([passing(foreign), passing(his)]).toEqual([[], []]);
  });

  test(`${version} by ${carrier}: whoever is not who they say hears nothing`, async ({ server, ear }) => {
    const [alice, bob, carol] = await three(server);
    const chat = await alice.chatWith(bob);
    const way = { version, carrier };
    const wrong = [
      { ...alice.kept, token: carol.kept.token },
      { ...alice.kept, token: `${alice.kept.token}x` },
      { ...alice.kept, token: undefined },
      { ...alice.kept, token: { $ne: '' } },
      { token: alice.kept.token },
      alice.id,
      null,
    ];
    const [his, ...others] = [ear(way), ...wrong.map(() => ear(way))];
    for (const one of [his, ...others]) await one.settled(carrier);
    for (const [at, one] of others.entries()) one.socket.emit('setup', wrong[at]);
    for (const one of others) one.socket.emit('join chat', chat._id);
    await bob.setUp(his);
    his.socket.emit('typing', chat._id);
    await his.upToDate();
    await bob.say(chat._id, 'for Alice');
    for (const one of others) await one.upToDate();
    expect(others.flatMap((one) => one.events())).toEqual([]);
    // The premise: with the right token the same sockets hear.
    for (const one of others) await alice.setUp(one);
    await bob.say(chat._id, 'for Alice alone');
    for (const one of others) {
      await hears(one).toEqual(['for Alice alone']);
      expect(one.events()).toEqual(['connected', HEARD]);
    }
  });
}

for (const { version, carrier } of WAYS.filter((way) => way.version === '4.7')) {
  test(`${version} by ${carrier}: what is said while a client is away arrives once, in order`, async ({ server, ear }) => {
    const [alice, bob] = await two(server);
    const chat = await alice.chatWith(bob);
    const his = ear({ version, carrier });
    await his.settled(carrier);
    await bob.setUp(his);
    const all: string[] = [];
    const say = async (text: string) => {
      all.push(text);
      await alice.say(chat._id, text);
    };
    await say('before');
    await hears(his).toEqual(all);
    for (const round of [1, 2, 3]) {
      await his.hangUp();
      for (const n of [1, 2, 3]) await say(`away ${round}.${n}`);
      await his.comeBack();
      expect(his.socket.recovered).toBe(true);
      await hears(his).toEqual(all);
      await say(`live ${round}`);
      await hears(his).toEqual(all);
    }
    // Its page was told only once that it is known.
    expect(his.all('connected')).toHaveLength(1);
  });

  test(`${version} by ${carrier}: what was on its way when the line died arrives once, in order`, async ({
    server,
    ear,
    line,
  }) => {
    const [alice, bob] = await two(server);
    const chat = await alice.chatWith(bob);
    const wire = await line();
    const his = ear({ version, carrier, url: wire.url });
    await his.settled(carrier);
    await bob.setUp(his);
    await alice.say(chat._id, 'before');
    await hears(his).toEqual(['before']);
    wire.goDead();
    for (const n of [1, 2, 3]) await alice.say(chat._id, `into the dead line ${n}`);
    wire.break();
    await alice.say(chat._id, 'while away');
    await expect.poll(() => his.refusals.length).toBeGreaterThan(0);
    wire.mend();
    await alice.say(chat._id, 'after');
    await hears(his).toEqual(['before', ...[1, 2, 3].map((n) => `into the dead line ${n}`), 'while away', 'after']);
  });

  test(`${version} by ${carrier}: a server that has just started loses nothing either when a line dies`, async ({
    server,
    ear,
    line,
  }) => {
    const [alice, bob] = await two(server);
    const chat = await alice.chatWith(bob);
    const wire = await line();
    const his = ear({ version, carrier, url: wire.url });
    await his.settled(carrier);
    await bob.setUp(his);
    for (const n of [1, 2, 3]) await alice.say(chat._id, `before ${n}`);
    await hears(his).toEqual([1, 2, 3].map((n) => `before ${n}`));
    const before = his.connects;
    await server.restart();
    await expect.poll(() => his.socket.connected && his.connects > before).toBe(true);
    await his.settled(carrier);
    wire.goDead();
    for (const n of [1, 2, 3]) await alice.say(chat._id, `into the dead line ${n}`);
    wire.break();
    wire.mend();
    await alice.say(chat._id, 'after');
    await hears(his).toEqual([
      ...[1, 2, 3].map((n) => `before ${n}`),
      ...[1, 2, 3].map((n) => `into the dead line ${n}`),
      'after',
    ]);
  });

  test(`${version} by ${carrier}: from the setup on nothing is lost while its transport changes`, async ({ server, ear }) => {
    const [alice, bob] = await two(server);
    const chat = await alice.chatWith(bob);
    const all: string[] = [];
    const listeners: Ear[] = [];
    for (let n = 1; n <= 40; n++) {
      if (n % 4 === 0 && listeners.length < 8) {
        const his = ear({ version, carrier });
        his.socket.emit('setup', bob.kept);
        listeners.push(his);
      }
      all.push(`#${n}`);
      await alice.say(chat._id, `#${n}`);
    }
    for (const his of listeners) {
      await his.settled(carrier);
      await hears(his).toContain('#40');
      const heard = his.texts(HEARD, 'content');
      expect(heard).toEqual(all.slice(-heard.length));
    }
  });

  test(`${version} by ${carrier}: a server that starts again knows its clients without a new setup`, async ({ server, ear }) => {
    const [alice, bob] = await two(server);
    const chat = await alice.chatWith(bob);
    const [hers, his] = [ear({ version, carrier }), ear({ version, carrier })];
    await alice.setUp(hers);
    await bob.setUp(his);
    await alice.say(chat._id, 'before');
    await hears(his).toEqual(['before']);
    for (const round of ['first', 'second']) {
      const before = [hers, his].map(({ connects }) => connects);
      await server.restart();
      await expect
        .poll(() => [hers, his].every((one, at) => one.socket.connected && one.connects > (before[at] ?? 0)))
        .toBe(true);
      await alice.say(chat._id, `after the ${round}`);
      await bob.say(chat._id, `answer after the ${round}`);
    }
    await hears(his).toEqual(['before', 'after the first', 'after the second']);
    await hears(hers).toEqual(['answer after the first', 'answer after the second']);
    expect([...hers.all('connected'), ...his.all('connected')]).toHaveLength(2);
  });
}

for (const { version, carrier } of WAYS.filter((way) => way.version === '4.1')) {
  test(`${version} by ${carrier}: a client from before recovery is nobody after a break, until its setup`, async ({
    server,
    ear,
  }) => {
    const [alice, bob] = await two(server);
    const chat = await alice.chatWith(bob);
    const his = ear({ version, carrier });
    await his.settled(carrier);
    await bob.setUp(his);
    await his.hangUp();
    await alice.say(chat._id, 'while away');
    await his.comeBack();
    await alice.say(chat._id, 'to nobody');
    await his.upToDate();
    await bob.setUp(his);
    await alice.say(chat._id, 'after setup');
    await hears(his).toEqual(['after setup']);
    // What it missed is in the history, which it reads when a chat is opened.
    expect(await bob.told(chat._id)).toEqual(['while away', 'to nobody', 'after setup']);
  });
}

test('whom one blocked is not heard through the door either', async ({ server, ear }) => {
  const [alice, bob, carol] = await three(server);
  const [hers, his] = [ear(), ear()];
  await carol.setUp(hers);
  await bob.setUp(his);
  const chat = await alice.chatWith(bob);
  const group = await carol.done('POST', '/api/chat/group', { name: 'Lunch', users: JSON.stringify([alice.id, bob.id]) });
  await alice.say(chat._id, 'before');
  await server.call(bob.login, 'PUT', `/me/blocks/${alice.id}`);
  await alice.say(chat._id, 'unheard');
  await alice.say(group._id, 'to all');
  await carol.say(group._id, 'the end');
  await hears(hers).toEqual(['to all']);
  await expect.poll(() => his.texts(HEARD, 'content').at(-1)).toBe('the end');
  expect(his.texts(HEARD, 'content')).not.toContain('unheard');
  expect(await bob.told(chat._id)).toEqual(['before']);
  expect(await alice.told(chat._id)).toEqual(['before', 'unheard']);
});
