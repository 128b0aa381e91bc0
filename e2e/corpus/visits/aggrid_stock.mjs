export default {
  title: 'Stock', page: 'stock.js', css: false, held: true,
  routes: () => ({
    'POST /api/stock': ({ n }) => (n === 1 ? { status: 409, json: { message: 'Somebody else has changed row 3 meanwhile' } } : { json: {} }),
    'POST /api/count': { wait: 3200, json: { text: 'Counted: 2431 pieces' } },
  }),
  async play(v) {
    const cell = (row, column) => v.page.locator(`.ag-row[row-index="${row}"] [col-id=${column}]`)
    await v.click('Print labels', v.button('Print labels'), { flags: ['dead'], wait: 3300, why: 'one cell ticks' })
    await v.click('Article', v.page.locator('.ag-header-cell-text').getByText('Article'), { why: 'sorts: rows with words of errors come and go' })
    await v.click('Id', v.page.locator('.ag-header-cell-text').getByText('Id'), { why: 'sorts back' })
    await v.click(null, cell(2, 'count'), { n: 2, gap: 60, double: true, wait: 700, why: 'opens an editor of the cell' })
    await v.did('typing', null, async () => { await v.page.keyboard.press('ControlOrMeta+a'); await v.page.keyboard.type('77', { delay: 70 }); await v.page.keyboard.press('Enter') }, { chars: 2, optional: true, why: 'an editor that is prefilled' })
    await v.click('Save changes', v.button('Save changes'), { flags: ['error_after', 'error_shown'], texts: ['Somebody else has changed row 3 meanwhile'], wait: 2200 })
    await v.click('Compact rows', v.button('Compact rows'), { why: 'rows move up; some hold words of errors' })
    await v.click('Count again', v.button('Count again'), { flags: ['slow'], texts: ['Counted: 2431 pieces'], wait: 4700 })
    await v.type('Find article', v.page.locator('#find'), 'rail', { public: true, wait: 1200 })
    await v.screen()
    await v.click('Order more', v.button('Order more'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Find article', v.page.locator('#find'), { n: 3, gap: 50, double: true, wait: 300 })
    await v.key('Find article', 'Backspace', { as: 'typing', chars: 0, wait: 1500, why: 'all rows are back' })
    await v.did('click', null, () => v.page.mouse.wheel(0, 600), { optional: true, why: 'scrolls' })
    await v.click('Save changes', v.button('Save changes'), { texts: ['All changes saved'], wait: 2400 })
    await v.click('Print labels', v.button('Print labels'), { flags: ['dead'], wait: 3300 })
    v.claim('true', { kind: 'clicked', text: 'Save changes', count: 2 }, { kind: 'saw_text', text: 'All changes saved' }, { kind: 'dead', text: 'Print labels', count: 2 }, { kind: 'rage', text: 'Order more' }, { kind: 'request_failed', text: '/api/stock', status: 409 })
    v.claim('false', { kind: 'dead', text: 'Compact rows' }, { kind: 'rage', text: 'Save changes' }, { kind: 'request_failed', text: '/api/count' })
    v.claim('unknown', { kind: 'clicked', text: 'Delete row' }, { kind: 'saw_text', text: 'Row deleted' })
    v.ends(['success', 'not shown'], 'changes were saved at the second try; labels were not printed')
  },
}
