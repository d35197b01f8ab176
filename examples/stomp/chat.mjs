// A chat in a terminal, through the STOMP door (docs/doors/stomp.md):
//   node chat.mjs URL USERNAME PASSWORD
import { createInterface } from 'node:readline';
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';

const [url, username, password] = process.argv.slice(2);
if (!password) {
  console.error('node chat.mjs URL USERNAME PASSWORD');
  process.exit(2);
}

let token;
/** The conversation that what is typed goes to. */
let current;
/** The conversations that are known, and the `seq` of the last message seen in each. */
const seen = new Map();
/** What was sent and is not known to be stored, by receipt. */
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
    return await call('POST', '/auth/login', { username, password });
  } catch (error) {
    if (error.status !== 401) throw error;
    // Nobody of that name yet, or a wrong password: the server does not say which.
    const signUp = { username, email: `${username}@example.org`, password };
    return call('POST', '/auth/sign-up', signUp).catch((refusal) => Promise.reject(refusal.status === 409 ? error : refusal));
  }
}

/** The conversation with somebody. This door has no address for that; the token is good for the API too. */
async function conversationWith(name) {
  const { users } = await call('GET', `/api/v1/users?query=${encodeURIComponent(name)}`);
  const user = users.find((one) => one.username === name);
  if (!user) throw new Error(`There is no ${name}.`);
  return call('POST', '/api/v1/conversations', { kind: 'direct', user_id: user.id });
}

function show(message) {
  const { conversationId, seq, senderId, sender, content } = message;
  if (seq <= seen.get(conversationId)) return;
  const isNew = !seen.has(conversationId);
  seen.set(conversationId, seq);
  current ??= conversationId;
  if (senderId !== me._id) console.log(`[${conversationId}] ${sender}: ${content}`);
  if (isNew) follow(conversationId);
}

/** From here on nothing of a conversation is missed: after a break it goes on behind the last message seen. */
function follow(conversation) {
  const headers = { after: String(seen.get(conversation)), receipt: conversation };
  client.subscribe(`/topic/conversation.${conversation}`, ({ body }) => show(JSON.parse(body)), headers);
}

/** Stored when the receipt comes. Sent again after a break: the same clientId is the same message. */
function send(receipt, { conversation, content }) {
  client.publish({
    destination: `/app/conversation.${conversation}`,
    body: JSON.stringify({ content, clientId: receipt }),
    headers: { receipt },
  });
  client.watchForReceipt(receipt, () => waiting.delete(receipt));
}

async function obey(line) {
  const [command, name] = line.split(/\s+/);
  if (command === '/to' || command === '/in') {
    const place = command === '/to' ? await conversationWith(name) : await call('GET', `/api/v1/conversations/${name}`);
    current = place.id;
    if (!seen.has(current)) {
      seen.set(current, place.head_seq);
      if (client.connected) follow(current);
    }
    console.log(`(in ${current})`);
  } else if (!current) {
    console.log('To whom? /to USERNAME, or /in CONVERSATION');
  } else {
    const message = { conversation: current, content: line };
    const receipt = crypto.randomUUID();
    waiting.set(receipt, message);
    if (client.connected) send(receipt, message);
  }
}

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

const { token: lasting, user: me } = await signIn().catch(fail);
token = lasting;

const client = new Client({
  webSocketFactory: () => new WebSocket(`${url.replace(/^http/, 'ws')}/stomp`, ['v12.stomp']),
  connectHeaders: { Authorization: `Bearer ${token}` },
  reconnectDelay: 1_000,
});
client.onConnect = () => {
  console.log('(connected)');
  for (const conversation of seen.keys()) follow(conversation);
  client.subscribe('/user/queue/messages', ({ body }) => show(JSON.parse(body)));
  for (const [receipt, message] of waiting) send(receipt, message);
};
// After an ERROR the connection ends and the client comes back. What was refused once is refused again: it is forgotten.
client.onStompError = ({ headers, body }) => {
  console.log(`(refused: ${headers.message})`);
  waiting.delete(headers['receipt-id']);
  seen.delete(headers['receipt-id']);
  if (body === 'unauthenticated') fail(new Error('Sign in again.'));
};
client.onWebSocketClose = () => client.active && console.log('(not connected)');
client.activate();

console.log(`You are ${username}. /to USERNAME or /in CONVERSATION says where to; Ctrl+D ends.`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) await obey(line.trim()).catch((error) => console.log(`(${error.message})`));
}
while (waiting.size > 0) await new Promise((later) => setTimeout(later, 100));
await client.deactivate();
