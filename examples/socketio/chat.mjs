// A chat in a terminal, through the Socket.IO design door (docs/doors/design.md):
//   PASSWORD=… node chat.mjs USERNAME PEER [URL]
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { io } from 'socket.io-client';

const [username, peer, url = 'http://localhost:8080'] = process.argv.slice(2);
const password = process.env.PASSWORD;
if (!username || !peer || !password) {
  console.error('PASSWORD=… node chat.mjs USERNAME PEER [URL]');
  process.exit(2);
}

let tokens;
let renewAt = 0;

async function call(method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(tokens && { Authorization: `Bearer ${tokens.accessToken}` }),
    },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), { status: response.status });
  return answer;
}

function keep(answer) {
  tokens = answer;
  renewAt = Date.now() + (answer.expiresIn - 60) * 1000;
}

/** An access token lives some minutes, and each refresh token works once. */
async function freshToken() {
  if (Date.now() > renewAt) keep(await call('POST', '/api/auth/refresh', { refreshToken: tokens.refreshToken }));
  return tokens.accessToken;
}

async function signIn() {
  try {
    return await call('POST', '/api/auth/login', { username, password });
  } catch (error) {
    if (error.status !== 401) throw error;
    // Nobody of that name yet, or a wrong password: the server does not say which.
    const signUp = { username, email: `${username}@example.org`, password };
    return call('POST', '/api/auth/signup', signUp).catch((refusal) => Promise.reject(refusal.status === 409 ? error : refusal));
  }
}

/** Waits until there is somebody of that name. */
async function find(name) {
  for (let told = false; ; told = true) {
    const found = await call('GET', `/api/users?search=${encodeURIComponent(name)}`);
    const user = found.find((one) => one.username === name);
    if (user) return user;
    if (!told) console.log(`Waiting for ${name} to sign up …`);
    await setTimeout(1_000);
    await freshToken();
  }
}

/** Again and again until an answer comes: the same clientId is the same message. */
async function send(socket, ask) {
  for (;;) {
    try {
      return await socket.timeout(10_000).emitWithAck('sendMessage', ask);
    } catch (error) {
      console.log(`(no answer: ${error.message})`);
    }
  }
}

try {
  keep(await signIn());
  const other = await find(peer);
  console.log(`You are ${username}. What you type goes to ${peer}; Ctrl+D ends.`);

  // Asked for at each connection: a token that has run out would be refused.
  const socket = io(url, { auth: (show) => freshToken().then((token) => show({ token }), (error) => fail(error)) });
  socket.on('connect', () => console.log(socket.recovered ? '(back)' : '(connected)'));
  socket.on('disconnect', (reason) => console.log(`(${reason})`));
  // Who is refused by the server does not come back by itself.
  socket.on('connect_error', (error) => (socket.active ? console.log(`(not connected: ${error.message})`) : fail(error)));
  socket.on('messageReceived', ({ senderId, receiverId, message, conversationId }) => {
    const from = senderId === other._id ? peer : senderId === tokens.user._id ? 'you' : senderId;
    console.log(`${from}${receiverId ? '' : ` in ${conversationId}`}: ${message}`);
  });

  for await (const message of createInterface({ input: process.stdin })) {
    if (message === '') continue;
    const answer = await send(socket, { receiverId: other._id, message, clientId: crypto.randomUUID() });
    console.log(answer.status === 'ok' ? `(stored as ${answer.id})` : `(refused: ${answer.message})`);
  }
  socket.disconnect();
} catch (error) {
  fail(error);
}

function fail(error) {
  console.error(error.message);
  process.exit(1);
}
