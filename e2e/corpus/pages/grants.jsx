// An application whose styles have hashed names: nothing but texts and places tells what a message is.
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

const css = `._a1x9{max-width:640px;margin:16px auto;font:16px/1.5 system-ui}._b7Qe{padding:8px 14px;margin:4px;border:0;border-radius:6px;background:#345;color:#fff;cursor:pointer}._c2Kd{color:#b00020;font-size:13px}._d9Lm{position:fixed;bottom:16px;left:16px;background:#222;color:#fff;padding:12px}._e4Zp{background:#eee;height:48px;margin:8px 0}._f0Vb{border:1px solid #ccc;padding:10px;margin:8px 0}._g5Tn{cursor:pointer;color:#345}`
function App() {
  const [page, setPage] = useState('list'), [toast, setToast] = useState(''), [files, setFiles] = useState(null), [form, setForm] = useState({ title: '', sum: '' }), [wrong, setWrong] = useState({}), [busy, setBusy] = useState(false), [open, setOpen] = useState(false), [days, setDays] = useState(12)
  useEffect(() => { const timer = setTimeout(() => setFiles(['Bee hotel', 'Failed crops study', 'Repair café']), 400); const tick = setInterval(() => setDays((n) => (n === 12 ? 11 : 12)), 2000); return () => { clearTimeout(timer); clearInterval(tick) } }, [])
  const say = (text) => { setToast(text); setTimeout(() => setToast(''), 3200) }
  const go = (to) => { history.pushState({}, '', `/${to}`); setPage(to) }
  const send = async () => { const found = {}; if (form.title.length < 4) found.title = 'Give it a longer title'; if (!Number(form.sum)) found.sum = 'A number, please'; setWrong(found); if (Object.keys(found).length) return; setBusy(true); try { await post('/api/grants', form); go('received') } catch (error) { say(error.message) } setBusy(false) }
  const drop = async (name) => { try { await post('/api/withdraw', { name }); setFiles(files.filter((each) => each !== name)); say(`${name} withdrawn`) } catch (error) { say(error.message) } }
  if (page === 'received') return <div className="_a1x9"><h2>We have got your application</h2><p>The jury meets in May. You will hear from us.</p><button className="_b7Qe">Print a copy</button></div>
  return <div className="_a1x9"><style>{css}</style><div>Round closes in {days} days</div>{page === 'list' && <><h2>Your applications</h2>{files === null ? <div className="_e4Zp" /> : files.map((name) => <div className="_f0Vb" key={name}><span className="_g5Tn" onClick={() => setOpen(open === name ? '' : name)}>{name}</span>{open === name && <p>Rejected in 2024: the budget was missing.</p>} <button className="_b7Qe" onClick={() => drop(name)}>Withdraw {name}</button></div>)}<button className="_b7Qe" onClick={() => go('new')}>New application</button><button className="_b7Qe" onClick={async () => { say((await post('/api/stats')).text) }}>Show figures</button><button className="_b7Qe">Ask the office</button></>}
    {page === 'new' && <><h2>New application</h2><label>Title <input value={form.title} onChange={(event) => setForm({ ...form, title: event.target.value })} /></label>{wrong.title && <div className="_c2Kd">{wrong.title}</div>}<br /><label>Sum <input value={form.sum} onChange={(event) => setForm({ ...form, sum: event.target.value })} /></label>{wrong.sum && <div className="_c2Kd">{wrong.sum}</div>}<p><button className="_b7Qe" onClick={send} disabled={busy}>{busy ? 'Sending…' : 'Send application'}</button><button className="_b7Qe" onClick={() => go('list')}>Back</button><button className="_b7Qe">Save draft</button></p></>}
    {toast && <div className="_d9Lm">{toast}</div>}</div>
}
createRoot(document.getElementById('root')).render(<App />)
