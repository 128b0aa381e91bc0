import { AllCommunityModule, ModuleRegistry, createGrid, themeQuartz } from 'ag-grid-community'
import { post } from './post.js'

ModuleRegistry.registerModules([AllCommunityModule])
document.getElementById('root').innerHTML = `<main style="max-width:960px;margin:12px auto;font-family:system-ui"><style>.bar{min-height:34px;padding:6px}.bar.bad{background:#fde2e2;color:#9b1c1c}.bar.ok{background:#e3f6e5}</style><h1>Stock</h1><div id="bar" class="bar"></div><p><button id="save">Save changes</button> <button id="count">Count again</button> <button id="labels">Print labels</button> <button id="dense">Compact rows</button> <button id="order">Order more</button> <input id="find" aria-label="Find article" placeholder="Find article"></p><div id="grid" style="height:420px"></div></main>`
const names = ['Bolt', 'Nut', 'Washer', 'Failed bearing', 'Spring', 'Hinge', 'Lock', 'Handle', 'Error lamp', 'Rail']
const rowData = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, article: `${names[i % 10]} ${i + 1}`, count: (i * 37) % 90, shelf: `R${i % 7}` }))
let height = 40
const grid = createGrid(document.getElementById('grid'), { theme: themeQuartz, rowData, getRowHeight: () => height, columnDefs: [{ field: 'id', width: 90, sort: 'asc' }, { field: 'article', filter: true }, { field: 'count', editable: true }, { field: 'shelf', editable: true, cellEditor: 'agTextCellEditor' }] })
const bar = document.getElementById('bar')
const say = (kind, text) => { bar.className = `bar ${kind}`; bar.textContent = text }
document.getElementById('save').onclick = async () => { say('', ''); try { await post('/api/stock'); say('ok', 'All changes saved') } catch (error) { say('bad', error.message) } }
document.getElementById('count').onclick = async () => { say('', 'Counting…'); say('', (await post('/api/count')).text) }
document.getElementById('dense').onclick = () => { height = height === 40 ? 28 : 40; grid.resetRowHeights() }
document.getElementById('find').oninput = (event) => grid.setGridOption('quickFilterText', event.target.value)
setInterval(() => grid.forEachNode((node) => { if (node.data.id === 2) node.setDataValue('count', 50 + Math.floor(Math.random() * 9)) }), 1500)
