import { defineWebSocketHandler } from 'h3'

// The guard and the handler of sockets are in server/socket. server/plugins/socket.ts installs them.
export default defineWebSocketHandler({})
