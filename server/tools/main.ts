#!/usr/bin/env node
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { backUp } from './backup'
import { check, type CheckReport } from './check'
import { compact } from './compact'
import { BACKUPS, ToolError } from './folder'
import { moveBetween } from './mongo'
import { restore } from './restore'

const USAGE = `Usage: webchat COMMAND. What it works on is the data folder: DATA_DIR, or .data.

  backup [TO] [--keep N]     copies database, files and secrets into one archive, while the server runs or not;
                             TO is a folder or a file .tar (BACKUP_DIR, or DATA_DIR/${BACKUPS}); N archives stay
  restore ARCHIVE [--aside]  puts a backup into an empty folder; --aside moves what is there out of the way
  check                      compares indexes, counters and files with the documents, while the server runs or not
  compact                    gives back what the database file has free; the server must be stopped
  export [URI]               moves everything to a MongoDB (URI, or MONGODB_URI); the server must be stopped
  import [URI]               moves everything from a MongoDB to here; all servers must be stopped
`

/** The version and commit that archives name as their maker. */
const APP = `${process.env.WEBCHAT_VERSION ?? ''} ${process.env.WEBCHAT_COMMIT ?? ''}`.trim()

type Values = Record<string, string | boolean | undefined>
const dataDir = resolve(process.env.DATA_DIR || '.data')

interface Command {
  /** How many names can follow the command: at least, and at most. */
  nameCount: [number, number]
  options?: NonNullable<Parameters<typeof parseArgs>[0]>
  run(names: string[], values: Values): Promise<void>
}

const commands: Record<string, Command> = {
  backup: {
    nameCount: [0, 1],
    options: { options: { keep: { type: 'string' } } },
    async run([to], { keep }) {
      const kept = keep === undefined ? undefined : Number(keep)
      if (kept !== undefined && !(Number.isInteger(kept) && kept >= 1))
        throw new Usage('--keep needs a number from 1 on')
      const report = await backUp({
        dataDir,
        to: to ?? process.env.BACKUP_DIR ?? resolve(dataDir, BACKUPS),
        keep: kept,
        app: APP,
      })
      if (report.gone > 0) console.log(`${report.gone} files were removed while the backup ran.`)
      console.log(`${report.archive}: ${report.documents} documents, ${report.files} files, ${report.bytes} bytes`)
    },
  },
  restore: {
    nameCount: [1, 1],
    options: { options: { aside: { type: 'boolean' } } },
    async run([archive], { aside }) {
      const report = await restore({ dataDir, archive: archive!, aside: aside === true })
      if (report.aside) console.log(`What was there is in ${report.aside}.`)
      const documents = Object.values(report.manifest.database.collections).reduce((sum, count) => sum + count, 0)
      console.log(
        `${dataDir} holds the backup of ${report.manifest.createdAt}: ${documents} documents, ${report.files} files`,
      )
    },
  },
  check: {
    nameCount: [0, 0],
    async run() {
      const { collections, damage, notes } = await check({ dataDir, inBucket: Boolean(process.env.S3_BUCKET) })
      printCollections(collections)
      for (const note of notes) console.log(note)
      for (const sentence of damage) console.error(sentence)
      if (damage.length > 0) throw new ToolError('The data is damaged.')
      console.log('All is well.')
    },
  },
  compact: {
    nameCount: [0, 0],
    async run() {
      const { before, after } = await compact(dataDir)
      console.log(`The database had ${before} bytes and has ${after}.`)
    },
  },
  export: moving('export'),
  import: moving('import'),
}

/** The commands `export` and `import`, which differ in their direction only. */
function moving(direction: 'export' | 'import'): Command {
  return {
    nameCount: [0, 1],
    async run([given]) {
      const uri = given ?? process.env.MONGODB_URI
      if (!uri || !/^mongodb(\+srv)?:\/\//.test(uri))
        throw new Usage(`${direction} needs the address of a MongoDB, such as mongodb://localhost/webchat`)
      await moveBetween({
        dataDir,
        uri,
        direction,
        say: ({ name, documents, written, sha256 }) =>
          console.log(
            `${name}: ${documents} documents, ${written} written now, the same on both sides (sha256 ${sha256.slice(0, 16)})`,
          ),
      })
      console.log('Everything is there.')
    },
  }
}

/** Prints a table of the checked collections and indexes. */
function printCollections(collections: CheckReport['collections']): void {
  const rows = collections.flatMap(({ namespace, documents, indexes }) =>
    indexes.map((index) => ({
      collection: namespace,
      documents,
      index: index.name,
      entries: index.entries,
      missing: index.missing,
      extra: index.extra,
      wrong: index.wrong,
    })),
  )
  console.table(rows)
}

/** The command line is invalid. */
class Usage extends Error {}

async function main([name, ...rest]: string[]): Promise<void> {
  const command = commands[name ?? '']
  if (!command) throw new Usage(name === undefined ? 'Which command?' : `There is no command ${name}.`)
  let parsed
  try {
    parsed = parseArgs({ ...command.options, args: rest, allowPositionals: true })
  } catch (error) {
    throw new Usage((error as Error).message)
  }
  const { positionals, values } = parsed
  const [least, most] = command.nameCount
  if (positionals.length < least || positionals.length > most)
    throw new Usage(`${name} takes ${most === least ? least : `${least} to ${most}`} names.`)
  await command.run(positionals, values as Values)
}

// Only the user who calls a tool can read the files that it writes.
process.umask(0o077)
if (process.argv[2] === '--help' || process.argv[2] === 'help') console.log(USAGE)
else {
  main(process.argv.slice(2)).catch((error: unknown) => {
    const isUsage = error instanceof Usage
    console.error(error instanceof Error ? error.message : error)
    if (isUsage) console.error(`\n${USAGE}`)
    process.exitCode = isUsage ? 2 : 1
  })
}
