// A shop for printed stickers: a carousel that moves by itself, a live preview, a voucher, a payment that is refused thrice.
const css = 'body{font:15px/1.5 Verdana,sans-serif;margin:0 auto;max-width:960px;padding:12px}.grid{display:grid;grid-template-columns:1fr 1fr;gap:24px}.tile{height:110px;border-radius:14px;display:grid;place-items:center;background:#ffe8b6;cursor:zoom-in}.art{border:2px dashed #999;border-radius:50%;width:180px;height:180px;display:grid;place-items:center;text-align:center}.shape input{position:absolute;opacity:0}.shape span{display:inline-block;padding:6px 14px;border:2px solid #bbb;border-radius:6px}.shape input:checked+span{border-color:#6b2fbf;background:#f1e7ff}.btn{padding:8px 16px;border:0;border-radius:6px;background:#6b2fbf;color:#fff}.btn--ghost{background:#eee;color:#333}.field{display:block;margin:8px 0}.hint{color:#8a4b00;font-size:13px}.bubble{position:fixed;right:16px;bottom:16px}.bubble [data-bubble-target=box]{background:#fff;border:1px solid #999;padding:10px;width:220px}[hidden]{display:none}'
const body = `<style>${css}</style><header><strong>Sticky Business</strong> <a href="#fav" class="btn btn--ghost" onclick="event.preventDefault()" aria-label="Favourites">♡</a></header>
<section class="splide" id="samples" aria-label="Samples"><div class="splide__track"><ul class="splide__list">${['Otter', 'Radish', 'Comet', 'Teapot'].map((name) => `<li class="splide__slide"><div class="tile">${name}</div></li>`).join('')}</ul></div></section>
<div class="grid"><section data-controller="design"><h2>Your sticker</h2><div class="shape"><label><input type="radio" name="shape" checked><span>Round</span></label> <label><input type="radio" name="shape"><span>Square</span></label> <label><input type="radio" name="shape"><span>Die cut</span></label></div><label class="field">Words on it <input data-design-target="text" data-action="input->design#draw"></label><div class="art" data-design-target="preview">Your words</div><label class="field">Pieces <select data-design-target="pieces" data-action="design#reprice"><option>50</option><option>100</option><option>250</option></select></label><p>Price <b data-design-target="price">€ 12.00</b></p><label class="field">Artwork <input type="file" data-design-target="art" data-action="design#drop"></label><p class="hint" data-design-target="thumb"></p><details><summary>What if the print goes wrong?</summary><p>A misprint, a wrong colour, a failed cut: we print it again.</p></details></section>
<section><h2>Basket</h2><form data-controller="voucher" data-action="voucher#try"><label class="field">Voucher <input data-voucher-target="code"></label><button class="btn btn--ghost">Use it</button><p class="hint" data-voucher-target="hint"></p></form>
<form data-controller="till" data-action="till#pay"><label class="field">Card <input data-till-target="number" inputmode="numeric"></label><button class="btn" data-till-target="pay">Pay now</button> <button type="button" class="btn btn--ghost">Pay later</button> <a href="#" data-action="till#leave">Leave the shop</a></form></section></div>
<div class="bubble" data-controller="bubble"><div data-bubble-target="box" hidden><div data-bubble-target="log"><p>Ida: Hi! Trouble with a design?</p></div><form data-action="bubble#say"><input aria-label="Write to Ida" data-bubble-target="line"><button>Post</button></form></div><button class="btn" data-action="bubble#toggle">Chat with Ida</button></div>`
const refusal = (title, message) => ({ status: 402, wait: 250, json: { title, message } })
export default {
  title: 'Sticky Business', page: 'stickers.js', body, held: false,
  routes: () => ({
    'POST /api/voucher': ({ n }) => (n === 1 ? { status: 404, json: { message: 'Hmm, that code didn’t work.' } } : { json: { text: 'Three euros less. Nice!' } }),
    'POST /api/pay': ({ n }) => [refusal('Not this card, sadly', 'Your bank turned the payment down.'), refusal('Still no luck', 'There is not enough money on this card.'), refusal('Still no luck', 'There is not enough money on this card.')][n - 1],
    'POST /api/chat': { wait: 200, json: { text: 'I will have a look at your failed order.' } },
    'GET /bye': { html: '<!doctype html><html lang="en"><head><title>See you</title><!-- SNIPPET --></head><body><h1>See you soon</h1><p>Your design is kept until 14 June.</p></body></html>' },
  }),
  async play(v) {
    const label = (name) => v.page.getByLabel(name)
    const text = (words) => v.page.getByText(words, { exact: true })
    await v.click('Next slide', v.page.locator('.splide__arrow--next'), { alt: ['Go to first slide'], wait: 1500 })
    await v.click('Next slide', v.page.locator('.splide__arrow--next'), { alt: ['Go to first slide'], n: 2, gap: 900, wait: 1500, why: 'each click moves the samples' })
    await v.click(null, v.page.locator('.splide__slide.is-visible .tile'), { flags: ['dead'], wait: 3400, why: 'a tile with the pointer of a magnifier' })
    await v.click('Favourites', v.role('link', 'Favourites'), { flags: ['dead'], wait: 3400, why: 'a link to nowhere, while the samples move' })
    await v.click('Square', text('Square'), { as: 'change', wait: 1500 })
    await v.click('Die cut', text('Die cut'), { as: 'change', wait: 1500 })
    await v.type('Words on it', label('Words on it'), 'Be kind to otters', { public: true, soft: ['Be kind to otters'], wait: 1000 })
    await v.did('change', 'Pieces', () => v.page.getByLabel('Pieces').selectOption('100'), { soft: ['€ 24.00'], wait: 1200 })
    await v.did('change', 'Artwork', () => v.page.getByLabel('Artwork').setInputFiles({ name: 'otter.png', mimeType: 'image/png', buffer: Buffer.from('x') }), { optional: true, soft: ['otter.png is on your sticker'], wait: 1500 })
    await v.click('What if the print goes wrong?', text('What if the print goes wrong?'), { soft: ['A misprint, a wrong colour, a failed cut: we print it again.'], wait: 2000, why: 'a question and its answer' })
    await v.type('Voucher', label('Voucher'), 'OTTR3')
    await v.click('Use it', v.button('Use it'), { flags: ['error_after', 'error_shown'], texts: ['Hmm, that code didn’t work.'], wait: 2400 })
    await v.retype('Voucher', label('Voucher'), 'OTTER3', { flags: ['retyped'] })
    await v.click('Use it', v.button('Use it'), { texts: ['Three euros less. Nice!'], wait: 2400 })
    await v.type('Card', label('Card'), '4000000000000002')
    await v.click('Pay now', v.button('Pay now'), { flags: ['error_after', 'error_shown'], texts: ['Not this card, sadly', 'Your bank turned the payment down.'], wait: 2800 })
    await v.screen()
    await v.click('Try another way', v.button('Try another way'), { wait: 1800, why: 'closes the dialog' })
    await v.click('Pay later', v.button('Pay later'), { flags: ['dead'], wait: 3400 })
    await v.retype('Card', label('Card'), '5100000000000008', { flags: ['retyped'] })
    await v.click('Pay now', v.button('Pay now'), { flags: ['error_after', 'error_shown'], texts: ['Still no luck', 'There is not enough money on this card.'], wait: 2800 })
    await v.click('Try another way', v.button('Try another way'), { wait: 1800 })
    await v.click('Pay now', v.button('Pay now'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['There is not enough money on this card.'], wait: 2800 })
    await v.click('Try another way', v.button('Try another way'), { wait: 1800 })
    await v.click('Chat with Ida', v.button('Chat with Ida'), { soft: ['Hi! Trouble with a design?'], wait: 1600 })
    await v.type('Write to Ida', label('Write to Ida'), 'Why is my card refused')
    await v.click('Post', v.button('Post'), { soft: ['I will have a look at your failed order.'], wait: 2400, why: 'a line of the chat' })
    await v.click('Leave the shop', text('Leave the shop'), { soft: ['Leave your sticker here?'], wait: 2000 })
    await v.click('Leave', v.button('Leave'), { texts: ['See you soon'], nav: '/bye', wait: 2800 })
    v.claim('true', { kind: 'clicked', text: 'Pay now', count: 3 }, { kind: 'saw_text', text: 'Your bank turned the payment down' }, { kind: 'request_failed', text: '/api/pay', status: 402, count: 3 }, { kind: 'dead', text: 'Favourites' })
    v.claim('false', { kind: 'dead', text: 'Pay now' }, { kind: 'rage', text: 'Next slide' }, { kind: 'dead', text: 'Square' })
    v.claim('unknown', { kind: 'saw_text', text: 'Thanks for your order' })
    v.ends('failed', 'the payment was refused thrice, then the visitor left the shop')
  },
}
