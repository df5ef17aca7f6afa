import { sendNoContent } from 'h3'
import { blockParams } from '#shared/schemas/account'
import { blockPerson } from '../../services/people/blocks'

export default defineApi('changeBlocks', { params: blockParams }, async ({ event, user, params }) => {
  await blockPerson(user.userId, params.userId)
  return sendNoContent(event, 204)
})
