import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { startServer, type TestServer } from '../server'

/** An S3-compatible server for tests, with path-style addresses. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY sign in to it. */
export const S3_ENDPOINT = process.env.TEST_S3_ENDPOINT

/** Warns that half of a suite is skipped without S3, and says how to run it. */
export function warnWithoutS3(suite: string): void {
  if (S3_ENDPOINT) return
  console.warn(
    `${suite}: the S3 half did NOT run. Start an S3 server and set TEST_S3_ENDPOINT, AWS_ACCESS_KEY_ID and ` +
      'AWS_SECRET_ACCESS_KEY (for example TEST_S3_ENDPOINT=http://127.0.0.1:7480), then run it again.',
  )
}

export interface Bucket {
  name: string
  keys(): Promise<string[]>
  /** The keys of uploads that were begun and neither completed nor aborted. */
  unfinishedKeys(): Promise<string[]>
  remove(): Promise<void>
}

/** A bucket for one file of tests. */
export async function createBucket(): Promise<Bucket> {
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: S3_ENDPOINT,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const Bucket = `webchat-test-${randomBytes(6).toString('hex')}`
  await client.send(new CreateBucketCommand({ Bucket }))
  const keys = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    return Contents.map(({ Key }) => Key!).toSorted()
  }
  return {
    name: Bucket,
    keys,
    async unfinishedKeys() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      return Uploads.map(({ Key }) => Key!)
    },
    async remove() {
      for (const Key of await keys()) await client.send(new DeleteObjectCommand({ Bucket, Key }))
      await client.send(new DeleteBucketCommand({ Bucket })).catch(() => {})
      client.destroy()
    },
  }
}

/** A server with a file store that the test can look into. */
export interface StoredServer {
  server: TestServer
  /** The keys of the objects in the store. */
  keys(): Promise<string[]>
  /** The number of uploads that the store still waits for. */
  unfinished(): Promise<number>
  stop(): Promise<void>
}

async function startOnDisk(environment: Record<string, string> = {}): Promise<StoredServer> {
  const server = await startServer({ S3_BUCKET: '', ...environment })
  const files = join(server.dataDir, 'files')
  return {
    server,
    keys: () => filesBelow(join(files, 'objects')),
    unfinished: async () => (await readdir(join(files, 'unfinished')).catch(() => [])).length,
    stop: () => server.discard(),
  }
}

async function startOnS3(environment: Record<string, string> = {}): Promise<StoredServer> {
  const bucket = await createBucket()
  const server = await startServer({ ...s3Environment(bucket.name), ...environment })
  return {
    server,
    keys: bucket.keys,
    unfinished: async () => (await bucket.unfinishedKeys()).length,
    async stop() {
      await server.discard()
      await bucket.remove()
    },
  }
}

/** The settings with which a server keeps its files in a bucket. */
export function s3Environment(bucket: string, endpoint = S3_ENDPOINT!): Record<string, string> {
  return {
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? '',
    AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  }
}

/** The stores on which the server is tested: the folder, and S3 if there is one. */
export const stores = [
  { store: 'a folder', isS3: false, start: startOnDisk },
  ...(S3_ENDPOINT ? [{ store: 'S3', isS3: true, start: startOnS3 }] : []),
]

/** The paths of the files below a folder, relative to it. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted()
}

/** Resolves when a condition holds. It polls, for conditions that no event announces. */
export async function eventually(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within 60 s.`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
