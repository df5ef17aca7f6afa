import type { Readable } from 'node:stream'

/** The request by which a browser sends one part of an upload. */
export interface SignedPart {
  number: number
  url: string
  method: 'PUT'
  headers: Record<string, string>
}

/** A part that was sent, with the ETag that the store answered. */
export interface SentPart {
  number: number
  etag: string
}

/** An upload that is under way: the key of its object, and the store's own id of the upload. */
export interface UnfinishedObject {
  key: string
  multipartId: string
}

/** How a file is served: its type, and whether a browser may show it or only download it. */
export interface ServedAs {
  mime: string
  /** The value of the header Content-Disposition. */
  disposition: string
  /** The value of the header Cache-Control. */
  cacheControl: string
}

interface ObjectInfo {
  /** Bytes. */
  size: number
  etag: string
}

/** Overwrites bytes of an object: `head` from `start` on, then zeros up to `end`. The byte at `end` stays. */
export interface Patch {
  start: number
  end: number
  head: Buffer
}

/** Parts are missing or not what was sent, or the upload no longer exists. */
export class BadParts extends Error {}

/** The object does not exist, or no longer exists. */
export class NoSuchObject extends Error {}

/** The store does not answer, at least not now. */
export class StorageUnavailable extends Error {}

/** The store accepts nothing more, to keep its reserve free. */
export class StorageFull extends StorageUnavailable {}

/**
 * The store of the bytes of files. Two drivers keep one contract (tests/contract/storage): an S3 bucket and a folder.
 * Every method throws StorageUnavailable when the store cannot be reached.
 */
export interface Storage {
  /** Begins an upload of `size` bytes in parts. @throws StorageFull */
  begin(key: string, mime: string, size: number): Promise<UnfinishedObject>
  /** Signs the request for one part of exactly `size` bytes. It is valid for an hour. */
  signPart(upload: UnfinishedObject, number: number, size: number): Promise<SignedPart>
  /** Assembles an object from all its parts, ascending by number. @throws BadParts, StorageFull */
  complete(upload: UnfinishedObject, parts: readonly SentPart[]): Promise<void>
  /** Aborts an upload and drops its parts. Aborting it again does nothing. */
  abort(upload: UnfinishedObject): Promise<void>
  /** Size and ETag of an object. Null: there is no such object. */
  inspect(key: string): Promise<ObjectInfo | null>
  /** The bytes of an object, or those from `start` to `end`, both included. @throws NoSuchObject */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Writes a small object of our own making, such as a thumbnail. */
  write(key: string, bytes: Buffer, mime: string): Promise<void>
  /**
   * Overwrites bytes of an object that nobody reads yet. Its size stays. Without patches, nothing happens.
   * @throws NoSuchObject
   */
  patch(key: string, patches: readonly Patch[]): Promise<void>
  /** Removes objects, if they exist. */
  remove(keys: readonly string[]): Promise<void>
  /** An address that gives a browser the object for five minutes. Null: the server must stream it with `read`. */
  signRead(key: string, as: ServedAs): Promise<string | null>
  /** Resolves when the store answers. */
  ping(): Promise<void>
}
