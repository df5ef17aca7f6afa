// Writes the stand-in's schemas with the types that it lacks: node merge.mjs FOLDER_OF_ITS_SCHEMAS TARGET_FOLDER
import { readFileSync, writeFileSync } from 'node:fs'

const [source, target] = process.argv.slice(2)
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
for (const name of ['aws', 'mongodbatlas']) {
  const known = read(`${source}/${name}.json`)
  const more = read(new URL(`./${name}.json`, import.meta.url))
  for (const kind of ['resource_schemas', 'data_source_schemas']) known[kind] = { ...more[kind], ...known[kind] }
  writeFileSync(`${target}/${name}.json`, JSON.stringify(known))
}
