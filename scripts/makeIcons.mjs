// Makes public/icons from public/favicon.svg, the mark of WebChat.
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const FOLDER = fileURLToPath(new URL('../public/icons/', import.meta.url))
const svg = readFileSync(new URL('../public/favicon.svg', import.meta.url), 'utf8')
const [, ground, mark] = /(<rect [^>]*\/>)(.*)<\/svg>/s.exec(svg)
/** Systems cut icons to their own shapes, and keep at least a circle of 80 % of the width. The mark is within it. */
const filled = svg
  .replace(ground, ground.replace(/ rx="\d+"/, ''))
  .replace(mark, `<g transform="translate(16 16) scale(.8) translate(-16 -16)">${mark}</g>`)

const ICONS = [
  { name: 'icon-192', from: svg, size: 192 },
  { name: 'icon-512', from: svg, size: 512 },
  { name: 'maskable-192', from: filled, size: 192 },
  { name: 'maskable-512', from: filled, size: 512 },
  { name: 'apple-touch-icon', from: filled, size: 180 },
]

mkdirSync(FOLDER, { recursive: true })
await Promise.all(
  ICONS.map(({ name, from, size }) =>
    sharp(Buffer.from(from), { density: (72 * size) / 32 })
      .resize(size, size)
      .png({ palette: true, compressionLevel: 9 })
      .toFile(`${FOLDER}${name}.png`),
  ),
)
console.log(ICONS.map(({ name }) => name).join(', '))
