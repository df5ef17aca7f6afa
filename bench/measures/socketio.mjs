import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { pause } from '../support/numbers.mjs'
import { startProcess } from '../support/server.mjs'
import { stampedText } from '../support/sockets.mjs'

/** The same number as in fanout.mjs. */
const AT_ONCE = 50
const SERVER = fileURLToPath(new URL('./socketioServer.mjs', import.meta.url))

/** Measures CPU microseconds per delivery for the same group on a bare Socket.IO server, without a store or checks. */
export async function socketioFanout({ sockets: number, burst }) {
  const server = await startProcess([SERVER], {}, /listening (\d+)/)
  let deliveries = 0
  const sockets = []
  while (sockets.length < number) {
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, number - sockets.length) }, () => open(server.url, () => deliveries++)),
      )),
    )
  }
  await pause(500)
  const before = await server.cpu()
  for (let index = 0; index < burst; index += AT_ONCE) {
    for (let each = 0; each < AT_ONCE; each++)
      sockets[0].send(`42${JSON.stringify(['say', { id: index, text: stampedText() }])}`)
    while (deliveries < AT_ONCE * number) await pause(1)
    deliveries = 0
  }
  const cpu = (await server.cpu()) - before
  for (const ws of sockets) ws.terminate()
  await server.stop()
  return { cpuPerDelivery: (cpu * 1e6) / (burst * number) }
}

/** Opens a Socket.IO connection over WebSocket only, which is its best case. It speaks the protocol without a client library. */
function open(url, onMessage) {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    ws.once('error', reject)
    ws.on('message', (data) => {
      const packet = data.toString()
      if (packet.startsWith('42')) onMessage()
      else if (packet.startsWith('40')) resolve(ws)
      else if (packet.startsWith('0')) ws.send('40')
      else if (packet === '2') ws.send('3')
    })
  })
}
