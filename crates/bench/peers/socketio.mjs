// A group chat as tutorials of Socket.IO have it: what one says, all hear. With the path of a file, each message is stored
// in SQLite first.
//   node socketio.mjs [chat.db]
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { Server } from 'socket.io';

const [path] = process.argv.slice(2);
const database = path && new Database(path);
if (database) {
  // As Parlor keeps its own: what was told is on the disk.
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL)');
}
const insert = database?.prepare('INSERT INTO messages (content) VALUES (?)');

const http = createServer();
// Without long polling, and with no answer for the page: what remains is what is measured.
const io = new Server(http, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
  socket.on('message', (text) => {
    insert?.run(text);
    io.emit('message', text);
  });
});
http.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => console.log(`Ready: http://127.0.0.1:${http.address().port}`));
