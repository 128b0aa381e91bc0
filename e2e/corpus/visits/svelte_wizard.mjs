export default {
  title: 'Build your shed', page: 'wizard.svelte.js', held: true,
  routes: () => ({
    'POST /api/price': ({ n }) => ({ wait: 3300, json: { text: `About ${1200 + n * 90} euros with delivery` } }),
    'POST /api/orders': ({ n }) => [{ status: 500, json: { message: 'The workshop did not take the order' } }, { status: 402, json: { message: 'A deposit is due first; none has arrived' } }, { json: { text: 'Your shed is on order' } }][n - 1],
  }),
  async play(v) {
    await v.click('Wider', v.button('Wider'), { n: 4, gap: 200, why: 'the width grows each time' })
    await v.click('Next', v.button('Next'), { flags: ['error_shown'], texts: ['Six metres is as wide as we build'] })
    await v.click('Narrower', v.button('Narrower'), { n: 3, gap: 220 })
    await v.click('View in 3D', v.button('View in 3D'), { flags: ['dead'], wait: 3300 })
    await v.click('Price it', v.button('Price it'), { flags: ['slow'], wait: 4600, texts: ['About 1290 euros with delivery'] })
    await v.click('Red', v.page.getByLabel('Red'), { as: 'change' })
    await v.click('Price it', v.button('Price it'), { flags: ['slow'], wait: 4600, texts: ['About 1380 euros with delivery'] })
    await v.click('Save for later', v.button('Save for later'), { flags: ['rage'], may: ['dead'], n: 5, gap: 140, wait: 3300 })
    await v.click('Next', v.button('Next'))
    await v.type('E-mail', v.page.getByLabel('E-mail'), 'sven.at.home')
    await v.click('Next', v.button('Next'), { flags: ['error_shown'], texts: ['That does not look like an e-mail address'] })
    await v.click('Use my account', v.button('Use my account'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3200 })
    await v.click('E-mail', v.page.getByLabel('E-mail'), { n: 3, gap: 50, double: true, wait: 300, why: 'selects all' })
    await v.type('E-mail', null, 'sven@home.test', { flags: ['retyped'] })
    await v.click('Next', v.button('Next'))
    await v.click('Show the fine print', v.button('Show the fine print'), { soft: ['Orders with an invalid address are refused.'], why: 'fine print, not an error', alt: ['the fine print'] })
    await v.click('Print the plan', v.button('Print the plan'), { flags: ['dead'], wait: 3300 })
    await v.click('Compare sheds', v.page.getByText('Compare sheds'), { flags: ['dead'], wait: 3300 })
    await v.click('Order shed', v.button('Order shed'), { flags: ['error_after', 'error_shown'], texts: ['The workshop did not take the order'], wait: 2000 })
    await v.click('Order shed', v.button('Order shed'), { flags: ['error_after', 'error_shown'], texts: ['A deposit is due first'], wait: 2200 })
    await v.screen()
    await v.click('Order shed', v.button('Order shed'), { texts: ['Your shed is on order'], wait: 2500 })
    v.claim('true', { kind: 'clicked', text: 'Order shed', count: 3 }, { kind: 'saw_text', text: 'Your shed is on order' }, { kind: 'clicked', text: 'Wider', count: 4 }, { kind: 'rage', text: 'Use my account' }, { kind: 'dead', text: 'View in 3D' }, { kind: 'request_failed', text: '/api/orders', status: 402 })
    v.claim('false', { kind: 'rage', text: 'Wider' }, { kind: 'dead', text: 'Price it' }, { kind: 'request_failed', text: '/api/price' }, { kind: 'rage', text: 'Narrower' })
    v.claim('unknown', { kind: 'clicked', text: 'Log in' }, { kind: 'saw_text', text: 'Delivered' })
    v.ends('success', 'the page says that the shed is on order')
  },
}
