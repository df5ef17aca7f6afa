import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The part of the layout of an LMDB file on 64-bit machines that is checked here. */
const MAGIC = 0xbeefc0de
const PAGE_HEADER_BYTES = 24
const NODE_HEADER_BYTES = 8
const META = { magic: 24, pageSize: 48, root: 136, transaction: 152, end: 168 }
const FLAGS = { branch: 1, leaf: 2, overflow: 4 }
const BIG_DATA = 1
const NO_PAGE = 2n ** 64n - 1n
/** The most pages that are checked when a store is opened. */
const MAX_SAMPLED_PAGES = 2_000
/** The bytes that the first two pages have at most. Each commit changes one of these pages. */
const HEAD_BYTES = 2 * 65_536
/** How often a file is checked that another process changes meanwhile. */
const MAX_CHECKS = 5

/**
 * Checks a database file before LMDB maps it. A damaged one would kill the process without a message (SIGBUS, SIGSEGV),
 * and an empty one would count as a new database. A missing file is fine.
 * @param pages how many pages to check, from the root down; by default all branch pages of a store of some gigabytes,
 *   and a sample of its leaves
 * @throws Error that says what is wrong
 */
export function refuseDamaged(path: string, pages = MAX_SAMPLED_PAGES): void {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    let wrong: string | undefined
    for (let checks = 0; checks < MAX_CHECKS; checks++) {
      const head = headOf(file)
      wrong = damageOf(file, pages)
      // A check of pages that a former owner of the store still writes to says nothing.
      if (!wrong || head.equals(headOf(file))) break
    }
    if (wrong)
      throw new Error(
        `The database file ${path} is damaged: ${wrong}. Put a backup in its place: webchat restore ARCHIVE --aside (docs/operations.md).`,
      )
  } finally {
    closeSync(file)
  }
}

function damageOf(file: number, sample: number): string | undefined {
  const { size } = fstatSync(file)
  if (size === 0) return 'it is empty'
  const first = read(file, 0, META.end)
  if (first?.readUInt32LE(META.magic) !== MAGIC) return 'its first page is not that of a database'
  const pageSize = first.readUInt32LE(META.pageSize)
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return 'its first page makes no sense'
  const second = read(file, pageSize, META.end)
  if (second?.readUInt32LE(META.magic) !== MAGIC) return 'its second page is not that of a database'
  const newer = second.readBigUInt64LE(META.transaction) > first.readBigUInt64LE(META.transaction) ? second : first
  const root = newer.readBigUInt64LE(META.root)
  return root === NO_PAGE ? undefined : walk(file, pageSize, BigInt(Math.floor(size / pageSize)), root, sample)
}

function headOf(file: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))
}

/** Walks the tree breadth first, so that the pages with most below them are checked first. */
function walk(file: number, pageSize: number, pages: bigint, root: bigint, sample: number): string | undefined {
  const queue = [root]
  for (let i = 0; i < queue.length && i < sample; i++) {
    const number = queue[i]!
    if (number < 2n || number >= pages) return `it ends before its page ${number}, and has ${pages}`
    const page = read(file, Number(number) * pageSize, pageSize)
    const children = page && childrenOf(page, number)
    if (!children) return `its page ${number} is not what it should be`
    const beyond = children.find((child) => child >= pages)
    if (beyond !== undefined) return `it ends before its page ${beyond}, and has ${pages}`
    queue.push(...children)
  }
  return undefined
}

/** The pages that a page refers to. Undefined: the page is damaged. */
function childrenOf(page: Buffer, number: bigint): bigint[] | undefined {
  const flags = page.readUInt16LE(18)
  if (page.readBigUInt64LE(0) !== number) return undefined
  if (flags & FLAGS.overflow) return []
  const isBranch = (flags & FLAGS.branch) !== 0
  if (isBranch === ((flags & FLAGS.leaf) !== 0)) return undefined
  const count = page.readUInt16LE(20) / 2
  const children: bigint[] = []
  for (let i = 0; i < count; i++) {
    const pointer = PAGE_HEADER_BYTES + i * 2
    const node = pointer + 2 <= page.length ? PAGE_HEADER_BYTES + page.readUInt16LE(pointer) : Infinity
    if (node + NODE_HEADER_BYTES > page.length) return undefined
    if (isBranch) children.push(BigInt(page.readUInt32LE(node)) | (BigInt(page.readUInt16LE(node + 4)) << 32n))
    else if (page.readUInt16LE(node + 4) & BIG_DATA) {
      const data = node + NODE_HEADER_BYTES + page.readUInt16LE(node + 6)
      if (data + 8 > page.length) return undefined
      children.push(page.readBigUInt64LE(data))
    }
  }
  return children
}

/** Reads bytes of a file. Undefined: the file has fewer. */
function read(file: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length)
  return readSync(file, bytes, 0, length, position) === length ? bytes : undefined
}
