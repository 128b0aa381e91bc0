export default {
  title: 'Product', page: 'polaris.jsx', held: true,
  routes: () => ({
    'POST /api/products': ({ n }) => [{ status: 409, json: { message: 'Another staff member changed it meanwhile' } }, { status: 500, wait: 3300, json: { message: 'The catalogue is read-only right now' } }, { wait: 3300, json: {} }][n - 1],
    'POST /api/sales': ({ n }) => ({ wait: 3300, json: { text: n === 1 ? '14 sold, 2 payments failed last month' : '15 sold' } }),
    'DELETE /api/products': { status: 422, json: { message: 'Open orders hold this product' } },
  }),
  async play(v) {
    await v.click('Save product', v.button('Save product'), { flags: ['error_shown'], texts: ['Enter a price such as 12.50'] })
    await v.type('Price', v.page.getByLabel('Price'), '39.90')
    await v.click('Duplicate', v.button('Duplicate'), { flags: ['dead'], wait: 3300 })
    await v.click('Save product', v.button('Save product'), { flags: ['error_after', 'error_shown'], texts: ['Another staff member changed it meanwhile'], wait: 2400 })
    await v.click('Charge tax', v.page.getByText('Charge tax'), { as: 'change' })
    await v.click('Sales report', v.button('Sales report'), { flags: ['slow', 'wait'], texts: ['2 payments failed last month'], wait: 4800, why: 'a skeleton, then a count that is no error of this visit' })
    await v.click('Add variant', v.button('Add variant'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.click('Add media', v.button('Add media'), { flags: ['dead'], wait: 3300 })
    await v.click('Save product', v.button('Save product'), { flags: ['slow', 'error_after', 'error_shown', 'wait'], texts: ['The catalogue is read-only right now'], wait: 5200 })
    await v.click('Delete product', v.button('Delete product'), { soft: ['Orders that hold it are not cancelled.'], why: 'a red button opens a dialog' })
    await v.click('Delete it', v.button('Delete it'), { flags: ['error_after', 'error_shown'], texts: ['Open orders hold this product'], wait: 4300 })
    await v.click('Others', v.role('tab', 'Others'))
    await v.click('Next', v.button('Next'), { n: 3, gap: 260, why: 'paging', soft: ['Silk tie'] })
    await v.click('Details', v.role('tab', 'Details'))
    await v.click('View in shop', v.button('View in shop'), { flags: ['rage'], may: ['dead'], n: 3, gap: 230, wait: 3300 })
    await v.click('Sales report', v.button('Sales report'), { flags: ['slow', 'wait'], texts: ['15 sold'], wait: 4800 })
    await v.screen()
    await v.click('Save product', v.button('Save product'), { flags: ['slow', 'wait'], texts: ['Product saved'], wait: 5200 })
    v.claim('true', { kind: 'clicked', text: 'Save product', count: 4 }, { kind: 'saw_text', text: 'Product saved' }, { kind: 'saw_text', text: 'Open orders hold this product' }, { kind: 'rage', text: 'Add variant' }, { kind: 'dead', text: 'Duplicate' }, { kind: 'request_failed', text: '/api/products', status: 409 })
    v.claim('false', { kind: 'rage', text: 'Next' }, { kind: 'dead', text: 'Sales report' }, { kind: 'request_failed', text: '/api/sales' })
    v.claim('unknown', { kind: 'clicked', text: 'Log out' }, { kind: 'saw_text', text: 'Plan upgraded' })
    v.ends('success', 'the product was saved at last')
  },
}
