// A client of the MERN family in one page, without a build step: `h` is what JSX would be compiled to.
import { io } from '/socket.io.mjs';

const { createElement: h, useEffect, useRef, useState } = React;

/** What signing in answered; kept as these clients keep it. */
function kept() {
  return JSON.parse(localStorage.getItem('userInfo'));
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${kept()?.token ?? ''}` },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  // A refusal is `{message}`, or bare text.
  let message = text;
  try {
    message = JSON.parse(text).message;
  } catch {}
  throw new Error(message);
}

function titleOf(chat, me) {
  return chat.isGroupChat ? chat.chatName : (chat.users.find(({ _id }) => _id !== me._id)?.name ?? 'Somebody');
}

function Door({ onUser }) {
  const [error, setError] = useState('');
  const submit = async (event) => {
    event.preventDefault();
    const { name, email, password } = Object.fromEntries(new FormData(event.target));
    try {
      const user = name
        ? await call('POST', '/api/user', { name, email, password })
        : await call('POST', '/api/user/login', { email, password });
      localStorage.setItem('userInfo', JSON.stringify(user));
      onUser(user);
    } catch (refusal) {
      setError(refusal.message);
    }
  };
  const field = (name, label, more) => h('input', { name, placeholder: label, 'aria-label': label, ...more });
  return h(
    'form',
    { onSubmit: submit },
    field('name', 'Your name (to register)'),
    field('email', 'E-mail', { type: 'email', required: true }),
    field('password', 'Password', { type: 'password', required: true }),
    h('button', null, 'Enter'),
    h('p', { className: 'quiet', role: 'status' }, error),
  );
}

function Chats({ me, onLeave }) {
  const [chats, setChats] = useState([]);
  const [chat, setChat] = useState(null);
  const [messages, setMessages] = useState([]);
  const [found, setFound] = useState([]);
  const [typing, setTyping] = useState(false);
  const [error, setError] = useState('');
  const socket = useRef(null);
  const shown = useRef(null);
  shown.current = chat?._id;

  const attempt = (work) => work().then(() => setError(''), (refusal) => setError(refusal.message));
  const list = () => attempt(async () => setChats(await call('GET', '/api/chat')));

  useEffect(() => {
    const line = io();
    socket.current = line;
    line.emit('setup', me);
    line.on('message recieved', (message) => {
      if (message.chat._id === shown.current) setMessages((all) => [...all, message]);
      list();
    });
    line.on('typing', () => setTyping(true));
    line.on('stop typing', () => setTyping(false));
    list();
    return () => line.disconnect();
  }, []);

  const open = (next) =>
    attempt(async () => {
      setMessages(await call('GET', `/api/message/${next._id}`));
      setChat(next);
      setTyping(false);
      socket.current.emit('join chat', next._id);
    });
  const search = (event) =>
    attempt(async () => setFound(event.target.value ? await call('GET', `/api/user?search=${encodeURIComponent(event.target.value)}`) : []));
  const begin = (user) =>
    attempt(async () => {
      const next = await call('POST', '/api/chat', { userId: user._id });
      setFound([]);
      await open(next);
      list();
    });
  const group = () => {
    const name = prompt('Title of the group');
    if (!name) return;
    attempt(async () => {
      const users = JSON.stringify(found.map(({ _id }) => _id));
      const next = await call('POST', '/api/chat/group', { name, users });
      setFound([]);
      await open(next);
      list();
    });
  };
  const send = (event) => {
    event.preventDefault();
    const input = event.target.elements.content;
    const content = input.value;
    if (!content) return;
    attempt(async () => {
      socket.current.emit('stop typing', chat._id);
      const message = await call('POST', '/api/message', { content, chatId: chat._id });
      input.value = '';
      setMessages((all) => [...all, message]);
      list();
    });
  };
  const write = (event) => socket.current.emit(event.target.value ? 'typing' : 'stop typing', chat._id);

  const row = (key, text, onClick, current) => h('li', { key }, h('button', { onClick, 'aria-current': current }, text));
  return h(
    'div',
    { className: 'columns' },
    h(
      'nav',
      null,
      h('p', null, me.name, ' ', h('a', { href: '#', onClick: onLeave }, 'Leave')),
      h('input', { placeholder: 'Find people', 'aria-label': 'Find people', onChange: search }),
      h('ul', { 'aria-label': 'People' }, found.map((user) => row(user._id, user.name, () => begin(user), false))),
      found.length > 1 && h('button', { onClick: group }, 'A group with all of these'),
      h('ul', { 'aria-label': 'Chats' }, chats.map((one) => row(one._id, titleOf(one, me), () => open(one), one._id === chat?._id))),
    ),
    h(
      'main',
      null,
      chat && h('h1', null, titleOf(chat, me)),
      chat &&
        h(
          'div',
          { className: 'log', role: 'log' },
          messages.map((message) => h('p', { key: message._id }, h('b', null, message.sender.name), ': ', message.content)),
        ),
      h('p', { className: 'quiet', role: 'status' }, error || (typing && 'Somebody is typing…')),
      chat &&
        h(
          'form',
          { onSubmit: send },
          h('input', { name: 'content', 'aria-label': 'Message', autoComplete: 'off', onChange: write }),
          h('button', null, 'Send'),
        ),
    ),
  );
}

function App() {
  const [me, setMe] = useState(kept());
  const leave = () => {
    localStorage.removeItem('userInfo');
    setMe(null);
  };
  return me ? h(Chats, { me, onLeave: leave }) : h(Door, { onUser: setMe });
}

ReactDOM.createRoot(document.getElementById('root')).render(h(App));
