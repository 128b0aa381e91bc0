/** @jsxImportSource preact */
import 'tom-select/dist/css/tom-select.css'
import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import TomSelect from 'tom-select'
import { post } from './post.js'

const go = (path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }
const usePath = () => { const [path, setPath] = useState(location.pathname); useEffect(() => { const moved = () => setPath(location.pathname); addEventListener('popstate', moved); return () => removeEventListener('popstate', moved) }, []); return path }
const Link = ({ href, children }) => <a href={href} onClick={(e) => { e.preventDefault(); go(href) }}>{children}</a>
const songs = [{ id: 'locus', name: 'Locus iste', by: 'Bruckner' }, { id: 'sakura', name: 'Sakura', by: 'trad.' }, { id: 'errant', name: 'The Errant Fiddler', by: 'Lowe' }, { id: 'lament', name: 'Lament for a Failed Harvest', by: 'Oake' }]

function Offline() {
  const [off, setOff] = useState(false)
  useEffect(() => { const on = () => setOff(false), gone = () => setOff(true); addEventListener('online', on); addEventListener('offline', gone) }, [])
  return off ? <div class="Shell_banner__q81Zt">You’re offline. What you change stays on this device.</div> : null
}
function Library({ add, list }) {
  const select = useRef(), [q, setQ] = useState(''), [voices, setVoices] = useState([])
  useEffect(() => { const one = new TomSelect(select.current, { plugins: ['remove_button'], onChange: setVoices, placeholder: 'Voices' }); return () => one.destroy() }, [])
  const found = songs.filter((song) => song.name.toLowerCase().includes(q.toLowerCase()))
  return <section><h1>Library</h1><label>Title <input value={q} onInput={(e) => setQ(e.target.value)} /></label><select ref={select} multiple aria-label="Voices"><option value="s">Soprano</option><option value="a">Alto</option><option value="t">Tenor</option><option value="b">Bass</option></select><p>{voices.length ? `${voices.length} voices chosen` : 'Any voices'}</p>
    <ul class="List_root__aa3">{found.map((song) => <li key={song.id} class="List_item__x9"><Link href={`/songs/${song.id}`}>{song.name}</Link> <small>{song.by}</small> <button class="Btn_ghost__p1" disabled={list.includes(song.id)} onClick={() => add(song.id)} aria-label={`Add ${song.name}`}>{list.includes(song.id) ? 'In the set' : 'Add'}</button></li>)}</ul></section>
}
function Song({ id }) {
  const song = songs.find((one) => one.id === id), [key, setKey] = useState(0), [tip, setTip] = useState(false), sound = useRef()
  const play = () => { sound.current ??= new AudioContext(); const tone = sound.current.createOscillator(); tone.frequency.value = 392; tone.connect(sound.current.destination); tone.start(); tone.stop(sound.current.currentTime + 1.5) }
  const copy = async () => { await navigator.clipboard?.writeText(location.href).catch(() => {}); setTip(true); setTimeout(() => setTip(false), 1000) }
  return <article><h1>{song.name}</h1><p>Transposed by <output>{key}</output> <button class="Btn_ghost__p1" aria-label="One semitone up" onClick={() => setKey(key + 1)}>+</button></p>
    <p><button class="Btn_ghost__p1" onClick={play}>Hear the alto line</button> <button class="Btn_ghost__p1" onClick={copy}>Copy link</button>{tip && <span class="Tip_root__m4" role="tooltip">Copied</span>} <a href="data:application/pdf;base64,JVBERi0=" download="score.pdf">Get the score</a> <button class="Btn_ghost__p1">Print parts</button> <a href="#words">Go to the words</a></p><label><input type="checkbox" /> I know this one</label>
    <div class="Staff_sheet__k2">{Array.from({ length: 14 }, (_, k) => <p key={k}>Bar {k * 4 + 1}</p>)}</div><h2 id="words" tabIndex={-1}>Words</h2><p>The harvest failed, the error was ours.</p><div style={{ height: '600px' }} /></article>
}
function SetList({ list, drop, back }) {
  const [title, setTitle] = useState('Summer set'), [saved, setSaved] = useState(''), [problem, setProblem] = useState(''), [who, setWho] = useState(''), [sent, setSent] = useState(false), [gone, setGone] = useState(null), dialog = useRef()
  const keep = async () => { setSaved(''); try { await post('/api/title'); setSaved('Saved'); setTimeout(() => setSaved(''), 1000) } catch { setSaved('Kept here for now; no connection') } }
  const invite = async (e) => { e.preventDefault(); setProblem(''); try { const a = await post('/api/guest'); setProblem(a.text) } catch (error) { setProblem(error.message) } }
  const send = async () => { await post('/api/send'); dialog.current.close(); setSent(true) }
  return <section><h1>Set list <span class="Badge_root__v7">{sent ? 'With 24 singers' : 'Draft'}</span></h1><label>Name of the set <input value={title} onInput={(e) => setTitle(e.target.value)} /></label> <button class="Btn_main__z0" onClick={keep}>Keep name</button> <small aria-live="polite">{saved}</small>
    <ol>{list.map((id) => <li key={id}>{songs.find((song) => song.id === id).name} <button class="Btn_ghost__p1" aria-label={`Drop ${songs.find((song) => song.id === id).name}`} onClick={() => { drop(id); setGone(id); setTimeout(() => setGone(null), 4000) }}>×</button></li>)}</ol>
    {gone && <div class="Snack_root__h3">Taken off the list <button onClick={() => { back(gone); setGone(null) }}>Undo</button></div>}
    <form onSubmit={invite}><label>Guest singer <input value={who} onInput={(e) => setWho(e.target.value)} /></label> <button class="Btn_ghost__p1">Ask them</button> <span class="Hint_root__w2">{problem}</span></form>
    <button class="Btn_main__z0" onClick={() => dialog.current.showModal()}>Send to the choir</button><dialog ref={dialog}><p>All 24 singers get this list by mail.</p><button onClick={send}>Send now</button> <button onClick={() => dialog.current.close()}>Not yet</button></dialog></section>
}
function App() {
  const path = usePath(), [list, setList] = useState(['sakura']), [beat, setBeat] = useState(0)
  useEffect(() => { const timer = setInterval(() => setBeat((now) => (now + 1) % 4), 700); return () => clearInterval(timer) }, [])
  return <main><header class="Shell_head__b2"><Link href="/">Library</Link> <Link href="/set">Set list <b class="Badge_root__v7">{list.length}</b></Link> <span class="Beat_root__t6">{'●'.repeat(beat + 1)}</span> <button class="Btn_ghost__p1" aria-label="News">🔔</button></header><Offline />
    {path.startsWith('/songs/') ? <Song id={path.slice(7)} /> : path === '/set' ? <SetList list={list} drop={(id) => setList((now) => now.filter((one) => one !== id))} back={(id) => setList((now) => [...now, id])} /> : <Library list={list} add={(id) => setList((now) => [...now, id])} />}</main>
}
render(<App />, document.getElementById('root'))
