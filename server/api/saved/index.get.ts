import { messagesQuery } from '#shared/schemas/message'
import { readSaved } from '../../services/messages/saved'

export default defineApi('page', { query: messagesQuery }, ({ user, query }) => readSaved(user.userId, query))
