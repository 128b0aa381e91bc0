import '@splidejs/splide/css/core'
import { Application, Controller } from '@hotwired/stimulus'
import Splide from '@splidejs/splide'
import Swal from 'sweetalert2'
import { post } from './post.js'

const app = Application.start()
new Splide('#samples', { type: 'slide', perPage: 2, gap: '1rem', autoplay: true, interval: 2500, rewind: true }).mount()
app.register('design', class extends Controller {
  static targets = ['text', 'preview', 'price', 'pieces', 'art', 'thumb']
  draw() { this.previewTarget.textContent = this.textTarget.value || 'Your words' }
  reprice() { this.priceTarget.textContent = `€ ${(Number(this.piecesTarget.value) * 0.24).toFixed(2)}` }
  drop() { const file = this.artTarget.files[0]; if (file) this.thumbTarget.textContent = `${file.name} is on your sticker` }
})
app.register('voucher', class extends Controller {
  static targets = ['code', 'hint']
  async try(event) { event.preventDefault(); this.hintTarget.textContent = ''; try { const a = await post('/api/voucher'); this.hintTarget.textContent = a.text } catch (error) { this.hintTarget.textContent = error.message } }
})
app.register('till', class extends Controller {
  static targets = ['number', 'pay']
  async pay(event) {
    event.preventDefault()
    this.payTarget.disabled = true; this.payTarget.textContent = 'One moment…'
    try { await post('/api/pay'); location.href = '/thanks' } catch (error) { Swal.fire({ title: error.answer.title, text: error.message, icon: 'warning', confirmButtonText: 'Try another way' }) }
    this.payTarget.disabled = false; this.payTarget.textContent = 'Pay now'
  }
  async leave(event) { event.preventDefault(); const { isConfirmed } = await Swal.fire({ title: 'Leave your sticker here?', text: 'We keep the design for two weeks.', showCancelButton: true, confirmButtonText: 'Leave', cancelButtonText: 'Stay' }); if (isConfirmed) location.href = '/bye' }
})
app.register('bubble', class extends Controller {
  static targets = ['log', 'box', 'line']
  toggle() { this.boxTarget.hidden = !this.boxTarget.hidden }
  async say(event) { event.preventDefault(); const add = (text) => { const p = document.createElement('p'); p.textContent = text; this.logTarget.append(p) }; add('You: sent'); this.lineTarget.value = ''; const a = await post('/api/chat'); add(`Ida: ${a.text}`) }
})
