// The usual way: one room, and each message goes to everybody in the room.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const http = createServer()
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
io.on('connection', (socket) => {
  socket.join('group')
  socket.on('say', (message) => io.to('group').emit('message.created', { message }))
})
http.listen(0, '127.0.0.1', () => console.log(`listening ${http.address().port}`))
