// Server-rendered, like WooCommerce or a Shopify theme: every answer is a page, and messages flash after redirects.
import { setTimeout as sleep } from 'node:timers/promises'

const css = `body{font:16px/1.5 Georgia,serif;margin:0 auto;max-width:720px;padding:16px}.woocommerce-error,.woocommerce-message,.woocommerce-info{list-style:none;padding:12px;border-top:3px solid #b81c23;background:#f7f6f7}.woocommerce-message{border-color:#8fae1b}.woocommerce-info{border-color:#1e85be}.button{padding:8px 14px;background:#333;color:#fff;border:0;cursor:pointer}.qty{width:4em}.required{color:#b81c23}.onsale{background:#b81c23;color:#fff;padding:2px 6px}`
const page = (title, body, flash = '') => ({
  html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} – Wool &amp; Reed</title><style>${css}</style><!-- SNIPPET --></head><body class="woocommerce"><nav><a href="/">Shop</a> <a href="/cart/">Basket</a> <a href="/checkout/">Checkout</a></nav><div class="woocommerce-notices-wrapper">${flash}</div><h1>${title}</h1>${body}<footer><p><button class="button" type="button">Size guide</button> <button class="button" type="button">Live chat</button></p><p>Wrong size? Failed deliveries are sent again free of charge.</p></footer></body></html>`,
})
const error = (text) => `<ul class="woocommerce-error" role="alert"><li>${text}</li></ul>`
const message = (text) => `<div class="woocommerce-message" role="alert">${text}</div>`

function routes() {
  let flash = '', count = 0
  const shown = () => { const now = flash; flash = ''; return now }
  const field = (name, label, type = 'text') => `<p><label for="${name}">${label} <abbr class="required" title="required">*</abbr></label><br><input id="${name}" name="${name}" type="${type}"></p>`
  return {
    'GET /': () => page('Lambswool scarf', '<p><span class="onsale">Sale!</span> 48.00</p><form method="post" action="/add"><label>Quantity <input class="qty" type="number" name="quantity" value="1" min="1"></label> <button class="button">Add to basket</button></form><p><button class="button" type="button">Add to wish list</button></p>', shown()),
    'POST /add': ({ form, n }) => { if (n === 1) flash = error(`You cannot add ${form.get('quantity')} scarves: we have 5 left`); else { count = 2; flash = message('“Lambswool scarf” has been added to your basket.') } return { to: '/' } },
    'GET /cart/': () => page('Basket', count ? '<table><tr><th>Scarf</th><td>2 × 48.00</td></tr></table><form method="post" action="/coupon"><label for="coupon">Coupon</label> <input id="coupon" name="coupon"> <button class="button">Apply coupon</button></form><form method="post" action="/shipping"><button class="button">Update totals</button></form><p><a href="/checkout/">Proceed to checkout</a></p>' : '<p>Your basket is empty.</p>', shown()),
    'POST /coupon': ({ form }) => { flash = error(`Coupon “${form.get('coupon').length > 6 ? 'that' : 'this'}” does not exist!`); return { to: '/cart/' } },
    'POST /shipping': () => { flash = '<div class="woocommerce-info">Totals are up to date.</div>'; return { wait: 3300, to: '/cart/' } },
    'GET /checkout/': () => page('Checkout', `<form method="post" action="/checkout/" novalidate>${field('name', 'Name')}${field('street', 'Street')}${field('email', 'E-mail', 'email')}<p><label><input type="checkbox" name="terms"> I have read the terms</label></p><button class="button" id="place_order">Place order</button></form>`, shown()),
    'POST /checkout/': async ({ n }) => {
      if (n === 1) { flash = error('<strong>Billing Street</strong> is a required field.'); return { to: '/checkout/' } }
      if (n === 2) return { status: 500, ...page('Checkout', '<p>Go back and try once more.</p><p><a href="/checkout/">Back to checkout</a></p>', error('We were unable to process your order.')) }
      await sleep(3300)
      return { to: '/order-received/' }
    },
    'GET /order-received/': () => page('Order received', '<p>Thank you. Your order has been received.</p><ul><li>Order number: 1187</li><li>Total: 96.00</li></ul>'),
  }
}

export default {
  routes, held: false,
  async play(v) {
    const quantity = v.page.getByLabel('Quantity')
    await v.click('Quantity', quantity, { n: 3, gap: 50, double: true, wait: 300, why: 'selects the number' })
    await v.type('Quantity', null, '9', { chars: 1, public: true })
    await v.click('Add to basket', v.button('Add to basket'), { flags: ['error_shown'], texts: ['You cannot add 9 scarves: we have 5 left'], nav: '/', wait: 2600 })
    await v.click('Quantity', quantity, { n: 3, gap: 50, double: true, wait: 300, why: 'selects the number' })
    await v.type('Quantity', null, '2', { may: ['retyped'], chars: 1, public: true })
    await v.click('Add to basket', v.button('Add to basket'), { texts: ['has been added to your basket'], nav: '/', wait: 2600 })
    await v.click('Add to wish list', v.button('Add to wish list'), { flags: ['dead'], wait: 3300 })
    await v.click('Live chat', v.button('Live chat'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Basket', v.role('link', 'Basket'), { nav: '/cart/', wait: 2400 })
    await v.type('Coupon', v.page.getByLabel('Coupon'), 'WOOLLY20')
    await v.click('Apply coupon', v.button('Apply coupon'), { flags: ['error_shown'], texts: ['does not exist!'], nav: '/cart/', wait: 2600 })
    await v.click('Update totals', v.button('Update totals'), { flags: ['slow'], soft: ['Totals are up to date.'], nav: '/cart/', wait: 6000 })
    await v.click('Proceed to checkout', v.role('link', 'Proceed to checkout'), { nav: '/checkout/', wait: 2400 })
    await v.type('Name', v.page.getByLabel('Name'), 'Agnes Moor')
    await v.click('Place order', v.button('Place order'), { flags: ['error_shown'], texts: ['Billing Street is a required field.'], nav: '/checkout/', wait: 2600 })
    await v.screen()
    await v.type('Street', v.page.getByLabel('Street'), '4 Mill Lane')
    await v.click('Place order', v.button('Place order'), { flags: ['error_shown', 'error_after'], texts: ['We were unable to process your order.'], nav: '/checkout/', wait: 2600 })
    await v.click('Back to checkout', v.role('link', 'Back to checkout'), { nav: '/checkout/', wait: 2400 })
    await v.type('E-mail', v.page.getByLabel('E-mail'), 'agnes@moor.test')
    await v.click('I have read the terms', v.page.getByText('I have read the terms'), { as: 'change' })
    await v.click('Size guide', v.button('Size guide'), { flags: ['dead'], wait: 3300 })
    await v.click('Place order', v.button('Place order'), { flags: ['slow'], texts: ['Your order has been received.'], nav: '/order-received/', wait: 6500 })
    v.claim('true', { kind: 'clicked', text: 'Place order', count: 3 }, { kind: 'saw_text', text: 'we have 5 left' }, { kind: 'saw_text', text: 'unable to process your order' }, { kind: 'visited', text: '/order-received/', count: 1 }, { kind: 'rage', text: 'Live chat' }, { kind: 'dead', text: 'Add to wish list' })
    v.claim('false', { kind: 'dead', text: 'Place order' }, { kind: 'rage', text: 'Add to basket' }, { kind: 'clicked', text: 'Apply coupon', count: 3 })
    v.claim('unknown', { kind: 'saw_text', text: 'Payment declined' }, { kind: 'visited', text: '/my-account/' })
    v.ends('success', 'the page Order received thanks for the order')
  },
}
