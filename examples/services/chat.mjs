// A chat in a terminal, through the services door (docs/doors/services.md):
//   node chat.mjs URL USERNAME PASSWORD
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';

const [url, username, password] = process.argv.slice(2);
if (!password) {
  console.error('node chat.mjs URL USERNAME PASSWORD');
  process.exit(2);
}

/** The server asks for a sign of life every 30 seconds; when it has not for so long, the line is dead. */
const SILENCE = 75_000;

let token;
let socket;
let leaving = false;
/** Where what is typed goes to: `{to}`, somebody's id, or `{conversationId}`. */
let current;
/** The conversations that are known, and the `seq` of the last message seen in each. */
const seen = new Map();
/** What was sent and has no answer yet, by `clientId`. */
const waiting = new Map();

async function call(method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message ?? answer.detail), { status: response.status });
  return answer;
}

async function signIn() {
  try {
    return await call('POST', '/api/login', { username, password });
  } catch (error) {
    if (error.status !== 401) throw error;
    // Nobody of that name yet, or a wrong password: the server does not say which.
    const signUp = { username, email: `${username}@example.org`, password };
    return call('POST', '/api/signup', signUp).catch((refusal) => Promise.reject(refusal.status === 409 ? error : refusal));
  }
}

/** The id of somebody. This door has no address for that; the token is good for the API too. */
async function idOf(name) {
  const { users } = await call('GET', `/api/v1/users?query=${encodeURIComponent(name)}`);
  const user = users.find((one) => one.username === name);
  if (!user) throw new Error(`There is no ${name}.`);
  return user.id;
}

function show({ conversationId, seq, sender, content }) {
  if (seq <= seen.get(conversationId)) return;
  seen.set(conversationId, seq);
  current ??= { conversationId };
  if (sender !== me.username) console.log(`[${conversationId}] ${sender}: ${content}`);
}

/** The latest of a place, oldest first: what is not known of it yet is shown. */
async function read(place, limit) {
  const { history } = await call('GET', `/chat/history?${new URLSearchParams({ ...place, limit })}`);
  for (const message of history.reverse()) show(message);
}

function hear(told) {
  if (told.type === 'new_message') return show(told);
  if (told.type === 'error') console.log(`(refused: ${told.message})`);
  if (told.type === 'message_sent' && !seen.has(told.conversationId)) seen.set(told.conversationId, 0);
  waiting.delete(told.clientId);
}

/** Again after a break, if no answer came: the same clientId is the same message. */
function send(clientId) {
  socket.send(JSON.stringify({ type: 'new_message', ...waiting.get(clientId), clientId }));
}

/** What was said during a break is in the history: of each conversation, the latest 100. */
async function catchUp() {
  for (const conversationId of seen.keys()) await read({ conversationId }, 100);
}

/** One connection, until it ends. */
async function connect() {
  let early = [];
  const line = new WebSocket(`${url.replace(/^http/, 'ws')}/chat`, { headers: { Authorization: `Bearer ${token}` } });
  const watch = setTimeout(() => line.terminate(), SILENCE);
  line.on('ping', () => watch.refresh());
  line.on('unexpected-response', (_, { statusCode }) => {
    if (statusCode === 401) fail(new Error('Sign in again.'));
    line.terminate();
  });
  line.on('error', () => {});
  // What comes live waits until the history has been read.
  line.on('message', (bytes) => (early ? early.push(JSON.parse(bytes)) : hear(JSON.parse(bytes))));
  line.on('open', async () => {
    console.log('(connected)');
    await catchUp().catch((error) => console.log(`(${error.message})`));
    early.forEach(hear);
    early = undefined;
    socket = line;
    if (line.readyState === WebSocket.OPEN) for (const clientId of waiting.keys()) send(clientId);
  });
  await new Promise((closed) => line.on('close', closed));
  clearTimeout(watch);
  if (!leaving) console.log('(not connected)');
}

async function obey(line) {
  const [command, name] = line.split(/\s+/);
  if (command === '/to' || command === '/in') {
    const userId = command === '/to' && (await idOf(name));
    await read(userId ? { userId } : { conversationId: name }, 10);
    current = userId ? { to: userId } : { conversationId: name };
    console.log(`(${command.slice(1)} ${name})`);
  } else if (!current) {
    console.log('To whom? /to USERNAME, or /in CONVERSATION');
  } else {
    const clientId = crypto.randomUUID();
    waiting.set(clientId, { ...current, content: line });
    if (socket?.readyState === WebSocket.OPEN) send(clientId);
  }
}

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

const { token: lasting, user: me } = await signIn().catch(fail);
token = lasting;

const staying = (async () => {
  while (!leaving) {
    await connect();
    if (!leaving) await wait(1_000);
  }
})();

console.log(`You are ${username}. /to USERNAME or /in CONVERSATION says where to; Ctrl+D ends.`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) await obey(line.trim()).catch((error) => console.log(`(${error.message})`));
}
while (waiting.size > 0) await wait(100);
leaving = true;
socket?.close();
await staying;
