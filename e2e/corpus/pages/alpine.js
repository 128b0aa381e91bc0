import Alpine from 'alpinejs'
import { post } from './post.js'
Alpine.data('booking', () => ({
  name: '', phone: '', guests: 2, garden: false, menu: false, problem: '', wrong: '', sent: false, busy: false, tables: '', code: '',
  async reserve() {
    this.problem = ''; this.wrong = ''
    if (!this.name) { this.wrong = 'name'; return }
    if (!/^\d{7,}$/.test(this.phone)) { this.wrong = 'phone'; return }
    this.busy = true
    try { this.code = (await post('/api/tables')).code; this.sent = true } catch (error) { this.problem = error.message }
    this.busy = false
  },
  async look() { this.tables = '…'; this.tables = (await post('/api/free')).text },
}))
Alpine.start()
