import { AppError } from '#shared/errors'

// Without it an unknown address below /api would be answered with the page.
export default definePublicApi({}, () => {
  throw new AppError('NOT_FOUND')
})
