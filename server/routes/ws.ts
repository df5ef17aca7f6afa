import { defineWebSocketHandler } from 'h3'

// Who may come in and what happens then is in server/socket, put in place by server/plugins/socket.ts.
export default defineWebSocketHandler({})
