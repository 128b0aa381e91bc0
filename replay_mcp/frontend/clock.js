export const SPEEDS = [0.5, 1, 2, 4, 8]

/** The time of the player. It calls `changed` whenever the time, the speed or the state differs. */
export class Clock {
  constructor(recording, changed) {
    Object.assign(this, { recording, changed, time: 0, speed: 1, playing: false, skipsIdle: true })
  }

  toggle() {
    if (this.playing) return this.pause()
    if (this.time >= this.recording.duration) this.time = 0
    this.playing = true
    this.last = performance.now()
    this.changed()
    this.#next()
  }

  pause() {
    this.playing = false
    cancelAnimationFrame(this.request) // played again before the next frame, two would go on
    this.changed()
  }

  seek(time) {
    this.time = Math.min(Math.max(0, time), this.recording.duration)
    this.last = performance.now()
    this.changed()
  }

  faster(step) {
    const place = SPEEDS.indexOf(this.speed) + step
    this.speed = SPEEDS[Math.min(Math.max(0, place), SPEEDS.length - 1)]
    this.changed()
  }

  #tick(now) {
    if (!this.playing) return
    this.time += Math.max(0, now - this.last) * this.speed
    this.last = now
    if (this.skipsIdle) this.time = this.recording.skippedFrom(this.time) ?? this.time
    if (this.time >= this.recording.duration) {
      this.time = this.recording.duration
      this.playing = false
    }
    this.changed()
    this.#next()
  }

  #next() {
    this.request = requestAnimationFrame((now) => this.#tick(now))
  }
}
