import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CreateUploadInput } from '#shared/schemas/upload'

type VoiceClaim = Omit<Extract<CreateUploadInput, { kind: 'voice' }>, 'conversationId' | 'size'>

/** Six seconds of beeps from Chromium's recorder: in fragments, and without a duration in the header. */
export const beepsOf = {
  webm: readFileSync(resolve(import.meta.dirname, 'beeps.webm')),
  mp4: readFileSync(resolve(import.meta.dirname, 'beeps.m4a')),
}

export const WAVEFORM = Array.from({ length: 64 }, (_, index) => index / 63)

/** The claim of a valid voice message. */
export const claim = (more: Partial<VoiceClaim> = {}): VoiceClaim => ({
  kind: 'voice',
  name: 'voice.webm',
  mime: 'audio/webm',
  durationMs: 6_000,
  waveform: WAVEFORM,
  ...more,
})

export type Container = keyof typeof beepsOf

const FORMATS = {
  webm: () => new WebMOutputFormat(),
  mp4: () => new Mp4OutputFormat(),
  ogg: () => new OggOutputFormat(),
}

/** A file of silent frames. @param every seconds between frames of 20 ms @param film whether it also has a video track */
export async function frames(
  seconds: number,
  {
    container = 'webm',
    every = 0.02,
    film = false,
  }: { container?: keyof typeof FORMATS; every?: number; film?: boolean } = {},
): Promise<Buffer> {
  const target = new BufferTarget()
  const output = new Output({ format: FORMATS[container](), target })
  const sound = new EncodedAudioPacketSource('opus')
  const picture = new EncodedVideoPacketSource('vp8')
  output.addAudioTrack(sound)
  if (film) output.addVideoTrack(picture)
  await output.start()
  const config = { decoderConfig: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1, description: opusHead() } }
  if (film)
    await picture.add(new EncodedPacket(new Uint8Array(100), 'key', 0, 0.04), {
      decoderConfig: { codec: 'vp8', codedWidth: 16, codedHeight: 16 },
    })
  for (let at = 0; at < seconds - 0.001; at += every)
    await sound.add(new EncodedPacket(new Uint8Array(60).fill(0xfc), 'key', at, 0.02), config)
  await output.finalize()
  return Buffer.from(target.buffer!)
}

/** The header of an Opus stream (RFC 7845, 5.1): version 1, one channel, 48 kHz. */
function opusHead(): Uint8Array {
  const head = Buffer.alloc(19)
  head.write('OpusHead')
  head.set([1, 1], 8)
  head.writeUInt32LE(48_000, 12)
  return head
}
