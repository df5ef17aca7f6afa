import { loginInput } from '#shared/schemas/account'
import { login } from '../../../services/accounts/login'

export default defineAccountApi('/login', loginInput, 200, login)
