// The usual way: NestJS with its Socket.IO gateway and its mongoose module, in production mode. To be comparable, it checks
// the membership, and stores the message durably before it answers the sender. The decorators are called by hand, because
// nothing here is compiled.
import 'reflect-metadata'
import { Controller, Inject, Module, Post, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { getModelToken, MongooseModule } from '@nestjs/mongoose'
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from '@nestjs/websockets'
import mongoose from 'mongoose'
import { Worker } from 'node:worker_threads'

const { Schema } = mongoose
const id = { type: Schema.Types.ObjectId, required: true }

const conversations = new Schema({
  seq: { type: Number, default: 0 },
  lastMessage: Schema.Types.Mixed,
  updatedAt: Date,
})
const memberships = new Schema({ conversationId: id, userId: id, role: String })
memberships.index({ conversationId: 1, userId: 1 }, { unique: true })
memberships.index({ userId: 1 })
const messages = new Schema({
  conversationId: id,
  seq: Number,
  senderId: id,
  clientId: String,
  text: String,
  createdAt: Date,
})
messages.index({ conversationId: 1, seq: 1 }, { unique: true })
messages.index({ conversationId: 1, senderId: 1, clientId: 1 }, { unique: true })

/** Starts the store of WebChat's own build in a thread of this process, so CPU is counted in the same way for both. */
function startStore() {
  const worker = new Worker(process.env.PEER_STORE, { workerData: { webchatStore: { folder: process.env.DATA_DIR } } })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', ({ uri, failure }) => (uri ? resolve(uri) : reject(new Error(failure))))
  })
}

class ChatGateway {
  constructor(conversationModel, membershipModel, messageModel) {
    Object.assign(this, { conversationModel, membershipModel, messageModel })
  }

  async handleConnection(socket) {
    const { userId } = socket.handshake.auth
    socket.data.userId = userId
    const found = await this.membershipModel.find({ userId }).lean()
    for (const { conversationId } of found) socket.join(conversationId.toString())
    socket.emit('hello', { userId })
  }

  async send({ conversationId, clientId, text }, socket) {
    const { userId } = socket.data
    const membership = await this.membershipModel.findOne({ conversationId, userId }).lean()
    if (!membership) throw new WsException('FORBIDDEN')
    const conversation = await this.conversationModel
      .findByIdAndUpdate(
        conversationId,
        { $inc: { seq: 1 }, $set: { updatedAt: new Date(), lastMessage: { text, senderId: userId } } },
        { returnDocument: 'after' },
      )
      .lean()
    const message = await this.messageModel.create({
      conversationId,
      seq: conversation.seq,
      senderId: userId,
      clientId,
      text,
      createdAt: new Date(),
    })
    this.server.to(conversationId).emit('message.created', { message: message.toObject() })
    return { ok: true, data: { message: message.toObject() } }
  }
}
WebSocketGateway({ transports: ['websocket'], perMessageDeflate: false })(ChatGateway)
Reflect.defineMetadata('design:paramtypes', [Object, Object, Object], ChatGateway)
for (const [index, name] of ['Conversation', 'Membership', 'Message'].entries())
  Inject(getModelToken(name))(ChatGateway, undefined, index)
WebSocketServer()(ChatGateway.prototype, 'server')
Reflect.defineMetadata('design:paramtypes', [Object, Object], ChatGateway.prototype, 'send')
MessageBody()(ChatGateway.prototype, 'send', 0)
ConnectedSocket()(ChatGateway.prototype, 'send', 1)
SubscribeMessage('message.send')(
  ChatGateway.prototype,
  'send',
  Object.getOwnPropertyDescriptor(ChatGateway.prototype, 'send'),
)

/** Makes conversations for the bench: `{ groups: [[person, …], …] }`, where people are numbers. Answers their ids. */
class SetUpController {
  constructor(conversationModel, membershipModel) {
    Object.assign(this, { conversationModel, membershipModel })
  }

  async make({ body: { people, groups } }) {
    const userIds = Array.from({ length: people }, () => new mongoose.Types.ObjectId())
    const ids = []
    for (const group of groups) {
      const { _id } = await this.conversationModel.create({})
      await this.membershipModel.insertMany(
        group.map((person) => ({ conversationId: _id, userId: userIds[person], role: 'member' })),
      )
      ids.push(_id)
    }
    return { userIds, conversationIds: ids }
  }
}
Controller('set-up')(SetUpController)
Reflect.defineMetadata('design:paramtypes', [Object, Object], SetUpController)
for (const [index, name] of ['Conversation', 'Membership'].entries())
  Inject(getModelToken(name))(SetUpController, undefined, index)
Reflect.defineMetadata('design:paramtypes', [Object], SetUpController.prototype, 'make')
Req()(SetUpController.prototype, 'make', 0)
Post()(SetUpController.prototype, 'make', Object.getOwnPropertyDescriptor(SetUpController.prototype, 'make'))

// oxlint-disable-next-line typescript/no-extraneous-class -- a module is a class that carries a decorator
class AppModule {}
Module({
  imports: [
    MongooseModule.forRoot(process.env.MONGODB_URI || (await startStore())),
    MongooseModule.forFeature([
      { name: 'Conversation', schema: conversations },
      { name: 'Membership', schema: memberships },
      { name: 'Message', schema: messages },
    ]),
  ],
  controllers: [SetUpController],
  providers: [ChatGateway],
})(AppModule)

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
await app.listen(0, '127.0.0.1')
console.log(`listening ${app.getHttpServer().address().port}`)
