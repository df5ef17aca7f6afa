import { setResponseHeader } from 'h3'
import { storedPartParams, storedPartQuery } from '#shared/schemas/upload'
import { receivePart } from '../../../services/files/receivePart'

/**
 * Receives a part when there is no bucket. As with a presigned request, the signed address itself is the permission.
 */
export default definePublicApi(
  'storedPart',
  { params: storedPartParams, query: storedPartQuery },
  async ({ event, params, query }) => {
    const declared = Number(event.node.req.headers['content-length'])
    const etag = await receivePart({ ...params, ...query }, declared, event.node.req)
    setResponseHeader(event, 'ETag', etag)
    return {}
  },
)
