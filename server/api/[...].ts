import { AppError } from '#shared/errors'

// Without this route, an unknown path below /api would be answered with the page.
export default definePublicApi('unknown', {}, () => {
  throw new AppError('NOT_FOUND')
})
