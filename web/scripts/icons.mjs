/**
 * Draws the PNG icons from the mark's geometry (public/favicon.svg), 4×4 samples a pixel, and packs them with zlib:
 * no image library for four small files. Run it when the mark changes; the results are checked in.
 */
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const PETROL = [0x17, 0x61, 0x6d, 255];
const PAPER = [0xfb, 0xf8, 0xf2, 255];
const LAMP = [0xd9, 0x9a, 0x35, 255];
const NOTHING = [0, 0, 0, 0];
const SAMPLES = 4;

const inCircle = (x, y, cx, cy, r) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r;

function inTile(x, y, radius) {
  const cx = Math.min(Math.max(x, radius), 32 - radius);
  const cy = Math.min(Math.max(y, radius), 32 - radius);
  return radius === 0 || inCircle(x, y, cx, cy, radius);
}

/** M9 25.6 V14.8 a7 7 0 0 1 14 0 v3.4 a4.2 4.2 0 0 1 -4.2 4.2 h-5.2 z */
function inBubble(x, y) {
  if (x < 9 || x > 23) return false;
  if (y < 14.8) return inCircle(x, y, 16, 14.8, 7);
  if (y <= 22.4) return x <= 18.8 || y <= 18.2 || inCircle(x, y, 18.8, 18.2, 4.2);
  return y <= 25.6 && x <= 9 + (4.6 * (25.6 - y)) / 3.2;
}

/** `scale` shrinks the mark towards the middle: maskable icons may lose their outer fifth. */
function colourAt(x, y, radius, scale) {
  if (!inTile(x, y, radius)) return NOTHING;
  const mx = 16 + (x - 16) / scale;
  const my = 16 + (y - 16) / scale;
  if (inCircle(mx, my, 16, 15, 2.6)) return LAMP;
  return inBubble(mx, my) ? PAPER : PETROL;
}

function pixel(px, py, size, radius, scale) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < SAMPLES * SAMPLES; i += 1) {
    const x = ((px + ((i % SAMPLES) + 0.5) / SAMPLES) * 32) / size;
    const y = ((py + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * 32) / size;
    const [r, g, b, a] = colourAt(x, y, radius, scale);
    sum[0] += r * a;
    sum[1] += g * a;
    sum[2] += b * a;
    sum[3] += a;
  }
  const a = sum[3];
  return a === 0 ? NOTHING : [sum[0] / a, sum[1] / a, sum[2] / a, a / SAMPLES ** 2].map(Math.round);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function png(size, radius, scale) {
  const raw = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) raw.set(pixel(x, y, size, radius, scale), y * (size * 4 + 1) + 1 + x * 4);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const ICONS = [
  { name: 'icon-180.png', size: 180, radius: 0, scale: 1 },
  { name: 'icon-192.png', size: 192, radius: 8, scale: 1 },
  { name: 'icon-512.png', size: 512, radius: 8, scale: 1 },
  { name: 'icon-maskable-512.png', size: 512, radius: 0, scale: 0.8 },
];
for (const { name, size, radius, scale } of ICONS) {
  writeFileSync(new URL(`../public/${name}`, import.meta.url), png(size, radius, scale));
}
