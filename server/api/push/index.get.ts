import { vapid } from '../../services/push/keys'

export default defineApi('mySettings', {}, async () => ({ publicKey: (await vapid()).publicKey }))
