import { api, cart, find, money, products, total } from './shop.js'

const due = total(cart.read(), await products())
const form = find('checkout')
find('total').textContent = money(due)
posthog.capture('checkout started', { total: due / 100 })

form.addEventListener('change', () => {
  find('card-fields').hidden = form.elements.method.value !== 'card'
})

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const method = form.elements.method.value
  // The card number stays on the page: the demo's payment service has no use for it.
  const { ok, status, data } = await api('pay', { method, total: due })
  if (!ok) {
    console.error('Payment failed', { status, method, reason: data.error })
    find('payment-error').textContent = 'Payment failed. You have not been charged, please try again.'
    posthog.capture('payment failed', { method, status, total: due / 100 })
    posthog.captureException(new Error(`Payment failed with ${status}`))
    return
  }
  posthog.capture('order placed', { order: data.order, method, total: due / 100, coupon: cart.read().coupon?.code })
  cart.clear()
  find('payment-error').textContent = ''
  find('payment-ok').textContent = 'Payment accepted, one moment please'
  // A flaw that many shops have: the address bar then carries the customer's e-mail.
  const receipt = new URLSearchParams({ order: data.order, email: form.elements.email.value })
  setTimeout(() => location.assign(`/confirmation.html?${receipt}`), 900)
})
