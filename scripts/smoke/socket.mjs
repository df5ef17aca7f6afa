import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

const TIMEOUT_MS = 10_000

/**
 * Opens a WebSocket with Node's own modules only, because the image has no others.
 * @returns the `status` of the handshake; with 101 also `first`, the text of the first frame, `send`, `until` and `close`
 */
export function openSocket(origin, cookie) {
  const url = new URL('/ws', origin)
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    timeout: TIMEOUT_MS,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      Origin: url.origin,
      Cookie: cookie,
    },
  })
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('timeout', () => request.destroy(new Error('the socket was not answered within 10 seconds')))
    request.on('response', ({ statusCode }) => resolve({ status: statusCode, first: '' }))
    request.on('upgrade', ({ statusCode }, socket, head) => {
      const frames = readFrames(socket, head)
      socket.on('error', () => {})
      frames
        .until(() => true)
        .then(
          (first) =>
            resolve({
              status: statusCode,
              first,
              until: frames.until,
              send: (data) => socket.write(textFrame(JSON.stringify(data))),
              close: () => socket.destroy(),
            }),
          reject,
        )
    })
    request.end()
  })
}

/** A masked text frame, as clients must send it. */
function textFrame(text) {
  const payload = Buffer.from(text)
  const mask = randomBytes(4)
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0xfe, payload.length >> 8, payload.length & 255])
  return Buffer.concat([Buffer.from([0x81]), length, mask, payload.map((byte, index) => byte ^ mask[index % 4])])
}

/** Reads text frames. `until` resolves with the next text that passes a test, or rejects after ten seconds. */
function readFrames(socket, head) {
  let rest = Buffer.alloc(0)
  let waiting = null
  const take = (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const short = rest[1] & 127
      const from = short < 126 ? 2 : short === 126 ? 4 : 10
      if (rest.length < from) return
      const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
      if (rest.length < from + length) return
      const text = rest.subarray(from, from + length).toString()
      rest = rest.subarray(from + length)
      if (waiting?.fits(text)) waiting.resolve(text)
    }
  }
  const until = (fits) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('what was awaited did not come within 10 seconds')), TIMEOUT_MS)
      waiting = { fits, resolve: (text) => (clearTimeout(timer), (waiting = null), resolve(text)) }
    })
  // The caller first calls `until` for the first frame, which may be in `head`.
  setImmediate(() => take(head))
  socket.on('data', take)
  return { until }
}
