export default {
  title: 'Checkout', page: 'bootstrap.js', held: false,
  routes: () => ({
    'POST /api/promo': ({ n }) => (n === 1 ? { status: 404, json: { message: 'This code has run out.' } } : { json: {} }),
    'POST /api/pay': ({ n }) => ({ status: 402, wait: 700, json: { message: n === 1 ? 'Your card was declined.' : 'Your bank did not approve this payment. Please use a different card.' } }),
  }),
  async play(v) {
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Why do we ask for your phone?', v.button('Why do we ask for your phone?'), { soft: ['The driver calls if a delivery failed'], why: 'a help text' })
    await v.type('Promo code', label('Promo code'), 'SPRING', { public: true })
    await v.click('Redeem', v.button('Redeem'), { flags: ['error_after', 'error_shown'], texts: ['This code has run out.'], wait: 2000 })
    await v.retype('Promo code', label('Promo code'), 'TEA5', { public: true, flags: ['retyped'] })
    await v.click('Redeem', v.button('Redeem'), { texts: ['Promo code applied. You save 5.00.'], wait: 2600 })
    await v.click('Pay 48.00', v.button('Pay 48.00'), { flags: ['error_shown'], texts: ['Name on card is required'], soft: ['Credit card number is required'], wait: 2000 })
    await v.type('Name on card', label('Name on card'), 'Mira Holm')
    await v.type('Card number', label('Card number'), '400000000002')
    await v.click('Save this information for next time', label('Save this information for next time'), { as: 'change' })
    await v.click('Pay 48.00', v.button('Pay 48.00'), { flags: ['error_after', 'error_shown'], texts: ['Your card was declined.'], wait: 2600 })
    await v.screen()
    await v.retype('Card number', label('Card number'), '510000000008', { flags: ['retyped'] })
    await v.click('Pay 48.00', v.button('Pay 48.00'), { flags: ['error_after', 'error_shown'], texts: ['Your bank did not approve this payment.'], wait: 3400 })
    await v.click('Tea shop', v.role('link', 'Tea shop'), { nav: '/#shop', wait: 3000, why: 'gives up' })
    v.claim('true', { kind: 'clicked', text: 'Pay 48.00', count: 3 }, { kind: 'saw_text', text: 'Your card was declined' }, { kind: 'request_failed', text: '/api/pay', status: 402, count: 2 })
    v.claim('false', { kind: 'dead', text: 'Pay 48.00' }, { kind: 'rage', text: 'Redeem' })
    v.claim('unknown', { kind: 'saw_text', text: 'Thank you for your order' })
    v.ends('failed', 'two cards were declined, then the visitor left the checkout')
  },
}
