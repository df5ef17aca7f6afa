import { AppError } from '#shared/errors'

// Without it an unknown address below /api would be answered with the page.
export default definePublicApi('unknown', {}, () => {
  throw new AppError('NOT_FOUND')
})
