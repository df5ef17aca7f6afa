import { factorCodeInput } from '#shared/schemas/factor'
import { loginWithCode } from '../../../services/accounts/loginWithCode'

export default defineAccountApi('/login?step=code', factorCodeInput, 200, ({ code }, visitor, event) =>
  loginWithCode(challengeOf(event), code, visitor),
)
