import type { Binary, BSONRegExp, ObjectId, Timestamp } from 'bson'
import { CommandError } from '../errors'
import type { Doc } from '../bson/document'
import { splitNumber } from '../bson/numbers'
import { RANK, rankOf } from '../bson/types'

/** The index value of an empty array: it has no elements, but the index must contain the document. */
export const EMPTY_ARRAY = Symbol('empty array')

const END = 0

/**
 * Writes values as bytes whose memcmp order is MongoDB's order. Each value is a type byte and a self-delimiting payload.
 * So no encoding is a proper prefix of another, and tuples compare field by field.
 */
export class KeyWriter {
  private bytes = Buffer.allocUnsafe(1024)
  private length = 0

  /** Starts a new key in the same buffer. */
  reset(): this {
    this.length = 0
    return this
  }

  get size(): number {
    return this.length
  }

  /** A copy of the bytes that were written so far. */
  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length))
  }

  /** Appends one value. For a descending field every byte is inverted, which reverses its order. */
  write(value: unknown, descending = false): this {
    const start = this.length
    if (value === EMPTY_ARRAY) this.byte(RANK.emptyArray)
    else {
      const rank = rankOf(value)
      this.byte(rank)
      this.payload(rank, value)
    }
    if (descending) for (let i = start; i < this.length; i++) this.bytes[i] = ~this.bytes[i]! & 0xff
    return this
  }

  private payload(rank: number, value: unknown): void {
    switch (rank) {
      case RANK.number:
        return this.number(value)
      case RANK.string:
        return this.text(value as string)
      case RANK.object:
        return this.object(value as Doc)
      case RANK.array:
        for (const element of value as unknown[]) this.write(element)
        return this.byte(END)
      case RANK.binary:
        return this.binary(value as Binary)
      case RANK.objectId:
        return this.raw((value as ObjectId).id)
      case RANK.boolean:
        return this.byte(value ? 1 : 0)
      case RANK.date:
        return this.double(Number(value))
      case RANK.timestamp:
        return this.uint64((value as Timestamp).toBigInt())
      case RANK.regex:
        this.text((value as BSONRegExp).pattern)
        return this.text((value as BSONRegExp).options)
    }
  }

  private number(value: unknown): void {
    const { double, rest } = splitNumber(value)
    this.double(double)
    // A double is at most 512 away from its int64.
    this.reserve(2)
    this.length = this.bytes.writeUInt16BE(rest + 0x8000, this.length)
  }

  private double(value: number): void {
    this.reserve(8)
    // Zero bits sort below every inverted negative number, as NaN must.
    if (Number.isNaN(value)) this.bytes.fill(0, this.length, this.length + 8)
    else {
      this.bytes.writeDoubleBE(value === 0 ? 0 : value, this.length)
      const negative = this.bytes[this.length]! & 0x80
      if (negative) for (let i = 0; i < 8; i++) this.bytes[this.length + i] = ~this.bytes[this.length + i]! & 0xff
      else this.bytes[this.length]! |= 0x80
    }
    this.length += 8
  }

  private uint64(value: bigint): void {
    this.reserve(8)
    this.length = this.bytes.writeBigUInt64BE(BigInt.asUintN(64, value), this.length)
  }

  /** Writes a zero byte of the text as 00 FF and its end as 00 01, so a longer string sorts after its prefix. */
  private text(value: string): void {
    const bytes = Buffer.from(value)
    this.reserve(bytes.length * 2 + 2)
    if (bytes.includes(0))
      for (const byte of bytes) {
        this.bytes[this.length++] = byte
        if (byte === 0) this.bytes[this.length++] = 0xff
      }
    else this.length += bytes.copy(this.bytes, this.length)
    this.bytes[this.length++] = 0
    this.bytes[this.length++] = 1
  }

  private object(value: Doc): void {
    for (const [name, field] of Object.entries(value)) {
      const rank = rankOf(field)
      this.byte(rank)
      this.text(name)
      this.payload(rank, field)
    }
    this.byte(END)
  }

  private binary(value: Binary): void {
    this.reserve(5)
    this.length = this.bytes.writeUInt32BE(value.length(), this.length)
    this.byte(value.sub_type)
    this.raw(value.value())
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  private byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    if (this.length + count > 64 * 1024 * 1024)
      throw new CommandError(17280, 'KeyTooLong', 'The value is too large to sort or index')
    const larger = Buffer.allocUnsafe((this.length + count) * 2)
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
