import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { defineNuxtModule } from 'nuxt/kit'

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<unknown> | undefined

/**
 * Development only: keeps a browser that disappears without a goodbye from restarting the development server, which
 * takes the reset of a proxied socket for a crash (nitrojs/nitro#4493).
 */
export default defineNuxtModule({
  meta: { name: 'development-sockets' },
  setup(_options, nuxt) {
    if (!nuxt.options.dev) return
    nuxt.hook('ready', () => {
      const server = nuxt.server as { upgrade?: Upgrade } | undefined
      const upgrade = server?.upgrade
      if (!server || !upgrade) return
      server.upgrade = async (request, socket, head) => {
        socket.on('error', () => socket.destroy())
        await Promise.resolve(upgrade.call(server, request, socket, head)).catch(() => socket.destroy())
      }
    })
  },
})
