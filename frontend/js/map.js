// A map of places beside a list that has them all: the municipality's outline with markers, no tiles and no other address.
// Without this file, or when the places do not come, the list stands alone. Places close to each other share one marker with a
// count. Texts of places are put in as text, and a place's link stays on this site.
(() => {
  'use strict';
  const L = window.L;
  const CLOSE = 40; // pixels between the middles of two markers of 32
  const MOST = 12; // names in one popup; the list has them all
  const coarse = window.matchMedia('(pointer: coarse)').matches;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  function fetched(address) {
    return fetch(address, { credentials: 'same-origin' }).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${address}`);
      return answer.json();
    });
  }

  function place(feature) {
    const { geometry, properties } = feature;
    if (!geometry || geometry.type !== 'Point' || !properties) return null;
    const [longitude, latitude] = geometry.coordinates;
    if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return null;
    const url = String(properties.url || '');
    return { at: L.latLng(latitude, longitude), name: String(properties.name || ''), text: String(properties.text || ''), url: /^\/(?![/\\])/.test(url) ? url : '' };
  }

  // places that would lie on top of each other at this zoom, from north-west to south-east
  function groups(places, map) {
    const found = [];
    places.forEach((each) => {
      const point = map.project(each.at);
      const near = found.find((group) => group.point.distanceTo(point) < CLOSE);
      if (near) near.places.push(each);
      else found.push({ point, at: each.at, places: [each] });
    });
    return found;
  }

  function line(each) {
    const item = document.createElement('li');
    const name = document.createElement(each.url ? 'a' : 'span');
    name.textContent = each.name;
    if (each.url) name.href = each.url;
    item.append(name);
    if (each.text) {
      const text = document.createElement('span');
      text.className = 'map-place-text';
      text.textContent = each.text;
      item.append(text);
    }
    return item;
  }

  function popup(group, words) {
    const list = document.createElement('ul');
    list.className = 'map-places';
    group.places.slice(0, MOST).forEach((each) => list.append(line(each)));
    const left = group.places.length - MOST;
    if (left > 0) {
      const more = document.createElement('li');
      more.textContent = words.more.replace('0', left);
      list.append(more);
    }
    return list;
  }

  function marker(group, words) {
    const count = group.places.length;
    const icon = L.divIcon({ className: count > 1 ? 'map-marker map-marker-many' : 'map-marker', html: count > 1 ? String(count) : '', iconSize: [32, 32] });
    const made = L.marker(group.at, { icon, riseOnHover: true });
    const name = count > 1 ? words.many.replace('0', count) : group.places[0].name;
    made.bindPopup(() => popup(group, words), { maxWidth: 260, minWidth: 160, maxHeight: 220, autoPan: true });
    made.on('add', () => {
      made.getElement().setAttribute('aria-label', name);
      made.getElement().setAttribute('aria-haspopup', 'dialog');
    });
    made.on('popupopen', (event) => {
      const box = event.popup.getElement();
      box.setAttribute('role', 'dialog');
      box.setAttribute('aria-label', name);
      const close = box.querySelector('.leaflet-popup-close-button');
      close.setAttribute('aria-label', words.close);
      const back = () => { made.closePopup(); made.getElement().focus({ preventScroll: true }); };
      box.onkeydown = (key) => { if (key.key === 'Escape') back(); };
      close.onclick = back;
      (box.querySelector('a[href^="/"]') || close).focus({ preventScroll: true });
    });
    return made;
  }

  function drawn(part, [points, outline, neighbours, areas]) {
    const { dataset: words } = part;
    part.hidden = false;
    const canvas = part.querySelector('[data-map-canvas]');
    const map = L.map(canvas, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 1, maxZoom: 15, scrollWheelZoom: false,
      dragging: !coarse, // one finger scrolls the page, two move the map
      fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still, inertia: !still,
    });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    const shape = (data, className) => L.geoJSON(data, { interactive: false, style: { className, fill: true } }).addTo(map);
    shape(neighbours, 'map-neighbour');
    const home = shape(outline, 'map-outline');
    const inside = shape(areas, 'map-area');
    const whole = home.getBounds();
    const fit = () => {
      map.setMinZoom(0);
      map.invalidateSize({ animate: false });
      map.fitBounds(whole, { padding: [8, 8], animate: false });
      map.setMinZoom(map.getZoom());
    };
    fit();
    [['beforeprint', true], ['afterprint', false]].forEach(([moment, paper]) => window.addEventListener(moment, () => {
      canvas.classList.toggle('map-on-paper', paper);
      fit();
    }));
    map.setMaxBounds(whole.pad(0.4));
    map.createPane('names').classList.add('map-names');
    inside.eachLayer((area) => {
      L.tooltip({ pane: 'names', permanent: true, direction: 'center', className: 'map-name', interactive: false })
        .setLatLng(area.getBounds().getCenter()).setContent(document.createTextNode(area.feature.properties.name)).addTo(map);
    });
    const places = points.features.map(place).filter(Boolean)
      .sort((one, other) => other.at.lat - one.at.lat || one.at.lng - other.at.lng);
    const layer = L.layerGroup().addTo(map);
    const spread = () => {
      layer.clearLayers();
      groups(places, map).forEach((group) => marker(group, words).addTo(layer));
    };
    map.on('zoomend', spread);
    spread();
  }

  function begin(part) {
    const { points, outline, neighbours, areas } = part.dataset;
    Promise.all([points, outline, neighbours, areas].map(fetched)).then((all) => drawn(part, all)).catch(() => {
      part.hidden = false;
      part.querySelector('[data-map-canvas]').hidden = true;
      part.querySelector('[data-map-missing]').hidden = false;
    });
  }

  document.querySelectorAll('[data-map]').forEach(begin);
})();
