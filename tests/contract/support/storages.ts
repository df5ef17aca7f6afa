import { createServer } from 'node:http'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, ERROR_STATUS } from '#shared/errors'
import { storedPartParams, storedPartQuery } from '#shared/schemas/upload'
import { createS3Storage } from '../../../server/storage/s3'
import type { Storage, UnfinishedObject } from '../../../server/storage/types'
import { createBucket, S3_ENDPOINT } from '../../support/files/stores'

type Pair<T> = [signed: T, instead: T]

export interface Driver {
  storage: Storage
  /** What addresses without an origin are relative to. */
  baseUrl: string
  /** The address of a part as somebody might change it who hopes that nobody looks. */
  changeAddress(
    url: string,
    change: { number?: Pair<number>; multipartId?: Pair<UnfinishedObject>; key?: Pair<UnfinishedObject> },
  ): string
  /** Whether the store still keeps something of an upload. */
  unfinished(upload: UnfinishedObject): Promise<boolean>
  stop(): Promise<void>
}

/** The folder, with the service that takes its parts, behind as much of a server as that needs. */
async function startDisk(): Promise<Driver> {
  const folder = await mkdtemp(join(tmpdir(), 'webchat-storage-'))
  Object.assign(process.env, { DATA_DIR: folder, S3_BUCKET: '', LOG_LEVEL: 'silent' })
  const { storage } = await import('../../../server/services/files/store')
  const { receivePart } = await import('../../../server/services/files/receivePart')
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    const [multipartId, number] = pathname.split('/').slice(-2)
    try {
      const part = {
        ...storedPartParams.parse({ multipartId, number }),
        ...storedPartQuery.parse(Object.fromEntries(searchParams)),
      }
      response.setHeader('etag', await receivePart(part, Number(request.headers['content-length']), request))
    } catch (error) {
      response.statusCode = error instanceof AppError ? ERROR_STATUS[error.code] : 500
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    storage,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changeAddress(url, { number, multipartId }) {
      let changed = url
      if (number) changed = changed.replace(`/${number[0]}?`, `/${number[1]}?`)
      if (multipartId) changed = changed.replace(multipartId[0].multipartId, multipartId[1].multipartId)
      return changed
    },
    unfinished: async ({ multipartId }) => (await readdir(join(folder, 'files/unfinished'))).includes(multipartId),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startS3(): Promise<Driver> {
  const bucket = await createBucket()
  return {
    storage: createS3Storage({ bucket: bucket.name, region: 'us-east-1', endpoint: S3_ENDPOINT, forcePathStyle: true }),
    baseUrl: S3_ENDPOINT!,
    changeAddress(url, { number, multipartId, key }) {
      let changed = url
      if (number) changed = changed.replace(`partNumber=${number[0]}`, `partNumber=${number[1]}`)
      if (key) changed = changed.replace(key[0].key, key[1].key)
      if (multipartId)
        changed = changed.replace(
          encodeURIComponent(multipartId[0].multipartId),
          encodeURIComponent(multipartId[1].multipartId),
        )
      return changed
    },
    unfinished: async ({ key }) => (await bucket.unfinishedKeys()).includes(key),
    stop: () => bucket.remove(),
  }
}

/** Every driver that the contract is held against: the folder always, S3 where there is a server for it. */
export const drivers = [
  { name: 'a folder', start: startDisk },
  ...(S3_ENDPOINT ? [{ name: 'S3', start: startS3 }] : []),
]
